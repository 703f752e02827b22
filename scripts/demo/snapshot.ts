import { corridorList, network, type CorridorList, type Network } from '@stellar-insights/contract';
import type { z } from 'zod';

const PATIENCE_MS = 5000;
const MOST = 200;

/** What the API says at one moment. */
export interface Snapshot {
  readonly network: Network['data'];
  /** The busiest; empty before the first ledger is stored. */
  readonly corridors: CorridorList['data'];
  /** Whether there are more than these. */
  readonly more: boolean;
}

/** @throws if the API does not answer, or not as its contract says */
export async function readSnapshot(api: string, signal: AbortSignal): Promise<Snapshot> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const get = async <Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> => {
    const response = await fetch(`${api}/api/v1${path}`, { signal: patience });
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}, expected 200`);
    return schema.parse(await response.json());
  };
  const { data } = await get('/network', network);
  if (data.cursor === null) return { network: data, corridors: [], more: false };
  const { data: corridors, page } = await get(`/corridors?limit=${MOST}`, corridorList);
  return { network: data, corridors, more: page.next_cursor !== null };
}
