import type { LedgerSequence } from '@stellar-insights/ledger';
import type { Database, Executor, RunOptions } from '../database.ts';
import type { Transaction } from '../transaction.ts';

/* Which ledgers are stored: from where to where, with which gaps, and how far apart. */

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

export interface LedgerGap {
  /** First and last ledger that is not stored though some before and some after it are. */
  readonly from: number;
  readonly to: number;
}

/** Oldest first, `limit` at most. */
export function readGaps(
  db: Database,
  { limit = 100, signal }: { readonly limit?: number } & Pick<RunOptions, 'signal'> = {},
): Promise<LedgerGap[]> {
  return db.run((executor) => selectGaps(executor, { limit }), { signal });
}

/** The gaps between `from` and `to`, oldest first. */
export function readGapsBetween(tx: Transaction, from: number, to: number): Promise<LedgerGap[]> {
  return selectGaps(tx, { from, to });
}

interface GapRange {
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
}

async function selectGaps({ sql }: Executor, { from, to, limit }: GapRange): Promise<LedgerGap[]> {
  const range =
    from === undefined || to === undefined ? sql`` : sql`where sequence between ${from} and ${to}`;
  const gaps = await sql<LedgerGap[]>`
    select (sequence + 1)::float8 as from, (next - 1)::float8 as to
    from (select sequence, lead(sequence) over (order by sequence) as next from ledgers ${range}) each
    where next > sequence + 1
    order by sequence limit ${limit ?? null}`;
  return [...gaps];
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
