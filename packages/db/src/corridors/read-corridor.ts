import type {
  CorridorCounts,
  FailureCount,
  SeparateCounts,
  SizeClassCount,
} from '@stellar-insights/analytics';
import type { AssetId } from '@stellar-insights/ledger';
import type { Transaction } from '../transaction.ts';
import { ofAssets } from './attempt-rows.ts';
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
  const { tables } = await attemptsInWindow(tx, { ...corridor, details: 'size_classes' });
  const [totals] = await sql<CountsRow[]>`
    with ${tables}, ${attemptCells(tx)} select ${sumsOfCells(tx)} from cells`;
  if (totals === undefined) throw new TypeError('found no row of sums, expected one');
  const sizeClasses = await sql<SizeClassCount[]>`
    with ${tables}, sizes as (
      select is_self, each.*
      from bucketed, jsonb_to_recordset(size_classes) as each (side text, "sizeClass" int, attempts int8, successes int8)
      union all
      select is_self, side, size_class, count(*), count(*) filter (where succeeded)
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
  const { tables } = await attemptsInWindow(tx, { ...corridor, details: 'failures' });
  const rows = await sql<FailureCount[]>`
    with ${tables}, failed as (
      select is_self, reason, blame, count
      from bucketed, jsonb_to_recordset(failures) as each (reason text, blame text, count int8)
      union all
      select is_self, reason, blame, count(*)
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
  const { tables } = await attemptsInWindow(tx, { ...question, coarsestMs: intervalMs });
  const rows = await tx.sql<(CountsRow & { start: number })[]>`
    with ${tables}, ${attemptCells(tx)}, points as (
      select floor(extract(epoch from bucket_start) * 1000 / ${intervalMs}::float8)::float8 * ${intervalMs}::float8 as start,
             is_self, attempts, successes, delivered
      from cells
    )
    select start, ${sumsOfCells(tx)} from points group by start`;
  return new Map(rows.map((row) => [row.start, separateCounts(row)]));
}

/** Whether any stored attempt is in the corridor. Days outlive the payments that retention drops. */
export async function corridorIsKnown(
  tx: Transaction,
  assets: Pick<CorridorQuestion, 'sourceAsset' | 'destAsset'>,
): Promise<boolean> {
  const { sql } = tx;
  const [row] = await sql<{ attempted: boolean }[]>`
    select exists (select from corridor_days where true ${ofAssets(tx, assets)})
        or exists (select from dirty_corridor_buckets where true ${ofAssets(tx, assets)}) as attempted`;
  return row?.attempted === true;
}
