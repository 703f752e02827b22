import type { LedgerSequence } from '@stellar-insights/ledger';
import type { Transaction } from '../transaction.ts';

export interface KeptLedgers {
  /** The first and last ledger stored. */
  readonly first: LedgerSequence;
  readonly last: LedgerSequence;
  /** The first whose transactions and payments retention has not dropped. */
  readonly firstWithFacts: LedgerSequence;
}

/** Null if no ledger is stored. */
export async function readKeptLedgers({ sql }: Transaction): Promise<KeptLedgers | null> {
  const [row] = await sql<{ [Name in keyof KeptLedgers]: LedgerSequence | null }[]>`
    with oldest as (
      select min(substring(inhrelid::regclass::text from '[0-9]+$')::bigint) as first
      from pg_inherits where inhparent = 'transactions'::regclass
    )
    select (select min(sequence) from ledgers)::float8 as first, c.sequence::float8 as last,
           (select min(sequence) from ledgers where sequence >= (select first from oldest))::float8 as "firstWithFacts"
    from ledger_cursor c`;
  if (row === undefined || row.first === null || row.last === null) return null;
  return { first: row.first, last: row.last, firstWithFacts: row.firstWithFacts ?? row.last };
}
