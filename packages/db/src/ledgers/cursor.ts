import type { Hash, LedgerSequence } from '@stellar-insights/ledger';
import type { Database, Executor, RunOptions } from '../database.ts';

/** The last ledger stored. */
export interface Cursor {
  readonly sequence: LedgerSequence;
  readonly hash: Hash;
  /** Unix time in milliseconds. */
  readonly closedAt: number;
  readonly networkPassphrase: string;
}

/** Null while no ledger is stored. */
export function readCursor(db: Database, options?: Pick<RunOptions, 'signal'>): Promise<Cursor | null> {
  return db.run(selectCursor, options);
}

export async function selectCursor({ sql }: Executor): Promise<Cursor | null> {
  const [row] = await sql<Cursor[]>`
    select sequence::float8 as sequence, encode(hash, 'hex') as hash,
           (extract(epoch from closed_at) * 1000)::float8 as "closedAt", network_passphrase as "networkPassphrase"
    from ledger_cursor`;
  return row === undefined ? null : { ...row };
}

/** Milliseconds since the newest ledger stored closed, by the database's clock; null while no ledger is stored. */
export async function readLedgerAge(db: Database, options?: RunOptions): Promise<number | null> {
  const [row] = await db.run(
    ({ sql }) => sql<{ ageMs: number }[]>`
      select greatest(0, extract(epoch from clock_timestamp() - closed_at) * 1000)::float8 as "ageMs" from ledger_cursor`,
    options,
  );
  return row?.ageMs ?? null;
}
