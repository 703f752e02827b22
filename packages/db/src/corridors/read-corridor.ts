import type { CorridorCounts, SizeClassCount } from '@stellar-insights/analytics';
import type { AssetId } from '@stellar-insights/ledger';
import type { Transaction } from '../transaction.ts';
import { attemptsInWindow, attemptCells } from './attempts-in-window.ts';
import { separateCounts, sumsOfCells, type CountsRow } from './corridor-counts.ts';
import type { Window } from './window.ts';

export interface CorridorQuestion {
  readonly window: Window;
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
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
  if (totals === undefined) throw new TypeError('a sum without a row');
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

/** Whether anything was ever attempted in a corridor, as far as is stored. */
export async function corridorIsKnown(
  { sql }: Transaction,
  { sourceAsset, destAsset }: Pick<CorridorQuestion, 'sourceAsset' | 'destAsset'>,
): Promise<boolean> {
  const [row] = await sql<{ known: boolean }[]>`
    select exists (select from corridor_buckets where source_asset = ${sourceAsset} and dest_asset = ${destAsset})
        or exists (select from dirty_corridor_buckets where source_asset = ${sourceAsset} and dest_asset = ${destAsset})
        as known`;
  return row?.known === true;
}
