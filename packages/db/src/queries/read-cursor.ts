import type { Hash, LedgerSequence } from '@stellar-insights/ledger';
import type { Database, Executor } from '../database.ts';
import { ledgerCursor } from '../tables/ledger-cursor.ts';

/** The last ledger stored. */
export interface Cursor {
  readonly sequence: LedgerSequence;
  readonly hash: Hash;
  /** Unix time in milliseconds. */
  readonly closedAt: number;
  readonly networkPassphrase: string;
}

/** Null as long as no ledger is stored. */
export function readCursor(db: Database): Promise<Cursor | null> {
  return db.run(selectCursor);
}

export async function selectCursor({ drizzle }: Executor): Promise<Cursor | null> {
  const [row] = await drizzle.select().from(ledgerCursor);
  if (row === undefined) return null;
  const { sequence, hash, closedAt, networkPassphrase } = row;
  return { sequence, hash, closedAt: closedAt.getTime(), networkPassphrase };
}
