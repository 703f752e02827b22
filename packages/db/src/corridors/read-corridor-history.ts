import type { SeparateCounts } from '@stellar-insights/analytics';
import type { Transaction } from '../transaction.ts';
import { attemptsInWindow, attemptCells } from './attempts-in-window.ts';
import { separateCounts, sumsOfCells, type CountsRow } from './corridor-counts.ts';
import type { CorridorQuestion } from './read-corridor.ts';

export interface HistoryQuestion extends CorridorQuestion {
  /** A multiple of five minutes. */
  readonly intervalMs: number;
  /** In unix milliseconds, multiples of the interval: from (inclusive) to (exclusive). */
  readonly part: { readonly from: number; readonly to: number };
}

/** Counts by the start of their interval, in unix milliseconds; none for an interval without attempts. */
export async function readCorridorHistory(
  tx: Transaction,
  { intervalMs, ...question }: HistoryQuestion,
): Promise<Map<number, SeparateCounts>> {
  const { tables } = await attemptsInWindow(tx, question);
  const rows = await tx.sql<(CountsRow & { start: number })[]>`
    with ${tables}, ${attemptCells(tx)}, points as (
      select floor(extract(epoch from bucket_start) * 1000 / ${intervalMs}::float8)::float8 * ${intervalMs}::float8 as start,
             is_self, attempts, successes, delivered
      from cells
    )
    select start, ${sumsOfCells(tx)} from points group by start`;
  return new Map(rows.map((row) => [row.start, separateCounts(row)]));
}
