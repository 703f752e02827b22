import { ledgerOfOperation, type OperationId } from '@stellar-insights/ledger';
import type { KeptLedgers } from '../ledgers/index.ts';
import { isoTime } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import type { HistoryRange } from './row-order.ts';

/** Which operations a list is asked for, as far as it says. */
export interface HistoryQuestion {
  /** Ids of operations, exclusive. */
  readonly afterId?: OperationId | undefined;
  readonly beforeId?: OperationId | undefined;
  /** Close times in unix milliseconds: from (inclusive) to (exclusive). */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Ledgers, inclusive. */
  readonly fromLedger?: number | undefined;
  readonly toLedger?: number | undefined;
}

/** All that a question says as one range. Null if no ledger that is kept can be in it. */
export async function resolveRange(
  tx: Transaction,
  { firstWithFacts, last }: KeptLedgers,
  { afterId: after, beforeId: before, from, to, fromLedger = 0, toLedger = last }: HistoryQuestion,
): Promise<HistoryRange | null> {
  const firsts = [firstWithFacts, fromLedger];
  const lasts = [last, toLedger];
  if (after !== undefined) firsts.push(ledgerOfOperation((after + 1n) as OperationId));
  if (before !== undefined) lasts.push(ledgerOfOperation((before - 1n) as OperationId));
  if (from !== undefined) firsts.push((await firstClosedFrom(tx, from)) ?? last + 1);
  if (to !== undefined) lasts.push((await lastClosedBefore(tx, to)) ?? 0);
  const range = { from: Math.max(...firsts), to: Math.min(...lasts), after, before };
  return range.from > range.to ? null : range;
}

/* A ledger closes after the one before it, so times are in the order of ledgers. */

async function firstClosedFrom({ sql }: Transaction, time: number): Promise<number | undefined> {
  const [row] = await sql<{ sequence: number }[]>`
    select sequence::float8 as sequence from ledgers where closed_at >= ${isoTime(time)} order by closed_at limit 1`;
  return row?.sequence;
}

async function lastClosedBefore({ sql }: Transaction, time: number): Promise<number | undefined> {
  const [row] = await sql<{ sequence: number }[]>`
    select sequence::float8 as sequence from ledgers where closed_at < ${isoTime(time)} order by closed_at desc limit 1`;
  return row?.sequence;
}
