import type { LedgerSequence } from '@stellar-insights/ledger';

/** The tables of a lake, each with one file in every chunk. */
export const TABLE_NAMES = [
  'ledgers',
  'transactions',
  'payments',
  'claimable_balances',
  'clawbacks',
  'trustline_operations',
  'pool_operations',
  'trades',
  'contract_transfers',
] as const;
export type TableName = (typeof TABLE_NAMES)[number];

/** The ledgers whose facts lie in one file of each table. */
export interface Chunk {
  readonly first: LedgerSequence;
  readonly last: LedgerSequence;
}

/** No network has metadata of ledgers 0 and 1. */
const FIRST_LEDGER = 2;

/** Where a lake describes itself. */
export const DESCRIPTION_KEY = 'lake.json';
export const MANIFESTS = 'manifests/';

/** The chunk that a ledger belongs to, in a lake of chunks of this size. */
export function chunkOf(ledger: number, size: number): Chunk {
  const inside = Math.max(ledger, FIRST_LEDGER);
  const start = inside - (inside % size);
  return {
    first: Math.max(start, FIRST_LEDGER) as LedgerSequence,
    last: (start + size - 1) as LedgerSequence,
  };
}

/** The chunks all of whose ledgers are in the range. */
export function* chunksWithin(range: { from: number; to: number }, size: number): Generator<Chunk> {
  for (let chunk = chunkOf(range.from, size); chunk.last <= range.to; chunk = chunkOf(chunk.last + 1, size)) {
    if (chunk.first >= range.from) yield chunk;
  }
}

export function manifestKey(chunk: Chunk): string {
  return `${MANIFESTS}${chunkName(chunk)}.json`;
}

/** The ledger that a chunk begins with, by the key of its manifest; null of another key. */
export function firstLedgerOf(manifest: string): number | null {
  const digits = /^manifests\/(\d{10})\.json$/.exec(manifest)?.[1];
  return digits === undefined ? null : Number(digits);
}

export function tableKey(table: TableName, chunk: Chunk): string {
  return `${table}/${chunkName(chunk)}.parquet`;
}

/** Ten digits, so that names have the order of ledgers. */
function chunkName({ first }: Chunk): string {
  return String(first).padStart(10, '0');
}
