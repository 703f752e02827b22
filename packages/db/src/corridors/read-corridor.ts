import type {
  CorridorCounts,
  FailureCount,
  SeparateCounts,
  SizeClassCount,
} from '@stellar-insights/analytics';
import type { AssetId } from '@stellar-insights/ledger';
import type { Transaction } from '../transaction.ts';
import { attemptsInWindow } from './attempts-in-window.ts';
import { attemptCells, separateCounts, sumsOfCells, type CountsRow } from './corridor-counts.ts';
import type { Window } from './window.ts';

export interface CorridorQuestion {
  readonly window: Window;
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
}

export interface HistoryQuestion extends CorridorQuestion {
  /** A multiple of five minutes. */
  readonly intervalMs: number;
  /** In unix milliseconds, multiples of the interval: from (inclusive) to (exclusive). */
  readonly part: { readonly from: number; readonly to: number };
}

export type CorridorWithSizes = CorridorCounts & {
  /** By side, then size class; self-payments are counted if `includeSelf`. */
  readonly sizeClasses: readonly Readonly<SizeClassCount>[];
};

/** The counts of one corridor in a window; zeros if nothing was attempted. */
export async function readCorridor(
  tx: Transaction,
  { includeSelf, ...corridor }: CorridorQuestion & { readonly includeSelf: boolean },
): Promise<CorridorWithSizes> {
  const { sql } = tx;
  const { tables } = await attemptsInWindow(tx, corridor);
  const [totals] = await sql<CountsRow[]>`
    with ${tables}, ${attemptCells(tx)} select ${sumsOfCells(tx)} from cells`;
  if (totals === undefined) throw new TypeError('found no row of sums, expected one');
  const sizeClasses = await sql<SizeClassCount[]>`
    with ${tables}, sizes as (
      select is_self, each.*
      from bucketed, jsonb_to_recordset(size_classes) as each (side text, "sizeClass" int, attempts int8, successes int8)
      union all
      select is_self_payment, fixed_side::text,
             case when fixed_amount > 0 then length(fixed_amount::text) - 1 else -1 end,
             count(*), count(*) filter (where succeeded)
      from unbucketed group by 1, 2, 3
    )
    select side, "sizeClass", sum(attempts)::float8 as attempts, sum(successes)::float8 as successes
    from sizes where ${includeSelf ? sql`true` : sql`not is_self`}
    group by 1, 2 order by side collate "C", "sizeClass"`;
  const { sourceAsset, destAsset } = corridor;
  return { sourceAsset, destAsset, ...separateCounts(totals), sizeClasses: [...sizeClasses] };
}

/** Failures by reason and blame, most frequent first. */
export async function readCorridorFailures(
  tx: Transaction,
  { includeSelf, ...corridor }: CorridorQuestion & { readonly includeSelf: boolean },
): Promise<Readonly<FailureCount>[]> {
  const { sql } = tx;
  const { tables } = await attemptsInWindow(tx, corridor);
  const rows = await sql<FailureCount[]>`
    with ${tables}, failed as (
      select is_self, reason, blame, count
      from bucketed, jsonb_to_recordset(failures) as each (reason text, blame text, count int8)
      union all
      select is_self_payment, failure_reason, failure_blame::text, count(*)
      from unbucketed where not succeeded group by 1, 2, 3
    )
    select reason, blame, sum(count)::float8 as count
    from failed where ${includeSelf ? sql`true` : sql`not is_self`}
    group by 1, 2 order by sum(count) desc, reason collate "C", blame collate "C"`;
  return [...rows];
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

/** Whether any stored attempt is in the corridor. Buckets outlive the payments that retention drops. */
export async function corridorIsKnown(
  { sql }: Transaction,
  { sourceAsset, destAsset }: Pick<CorridorQuestion, 'sourceAsset' | 'destAsset'>,
): Promise<boolean> {
  const [row] = await sql<{ attempted: boolean }[]>`
    select exists (select from corridor_buckets where source_asset = ${sourceAsset} and dest_asset = ${destAsset})
        or exists (select from dirty_corridor_buckets where source_asset = ${sourceAsset} and dest_asset = ${destAsset})
        as attempted`;
  return row?.attempted === true;
}
