import { corridorList, network, type CorridorList, type Network } from '@stellar-insights/contract';
import type { z } from 'zod';

const TIMEOUT_MS = 5000;
const MOST_CORRIDORS = 200;

/** What the API answers at one moment. */
export interface Snapshot {
  readonly network: Network['data'];
  /** The busiest; empty before the first ledger is stored. */
  readonly corridors: CorridorList['data'];
  /** Whether there are more than these. */
  readonly more: boolean;
}

/** @throws if the API does not answer, or if its answer breaks the contract */
export async function readSnapshot(api: string, signal: AbortSignal): Promise<Snapshot> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const get = async <Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> => {
    const response = await fetch(`${api}/api/v1${path}`, { signal: limit });
    if (!response.ok) throw new Error(`found status ${response.status} from ${path}, expected 200`);
    return schema.parse(await response.json());
  };
  const { data } = await get('/network', network);
  if (data.cursor === null) return { network: data, corridors: [], more: false };
  const { data: corridors, page } = await get(`/corridors?limit=${MOST_CORRIDORS}`, corridorList);
  return { network: data, corridors, more: page.next_cursor !== null };
}
