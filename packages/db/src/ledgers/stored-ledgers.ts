import type { LedgerSequence } from '@stellar-insights/ledger';
import type { Executor } from '../database.ts';
import type { Transaction } from '../transaction.ts';

/* Which ledgers are stored: from where to where, and how far apart. */

const MEASURED_LEDGERS = 100;

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
    select (select min(sequence) from ledgers)::float8 as first, c.sequence::float8 as last,
           (select min(sequence) from ledgers where sequence >= (select facts_from from retention_horizon))::float8 as "firstWithFacts"
    from ledger_cursor c`;
  if (row === undefined || row.first === null || row.last === null) return null;
  return { first: row.first, last: row.last, firstWithFacts: row.firstWithFacts ?? row.last };
}

export interface CloseIntervals {
  /** How many intervals were measured. */
  readonly count: number;
  readonly meanMs: number;
  readonly longestMs: number;
}

/** The times between the closes of the last hundred ledgers, without gaps. Null until two consecutive ledgers are stored. */
export async function readCloseIntervals({ sql }: Executor): Promise<CloseIntervals | null> {
  const [row] = await sql<CloseIntervals[]>`
    select count(*)::float8 as count, (avg(seconds) * 1000)::float8 as "meanMs", (max(seconds) * 1000)::float8 as "longestMs"
    from (
      select extract(epoch from closed_at - lag(closed_at) over (order by sequence)) as seconds,
             sequence - lag(sequence) over (order by sequence) as step
      from (select sequence, closed_at from ledgers order by sequence desc limit ${MEASURED_LEDGERS}) last
    ) each where step = 1`;
  return row === undefined || row.count === 0 ? null : row;
}
