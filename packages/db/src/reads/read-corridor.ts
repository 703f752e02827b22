import type { CorridorCounts, SizeClassCount } from '@stellar-insights/analytics';
import type { AssetId } from '@stellar-insights/ledger';
import type { Transaction } from '../transaction.ts';
import { countedAttempts, countedCells } from './counted-attempts.ts';
import { separateCounts, sumsOfCells, type CountsRow } from './corridor-counts.ts';
import type { Span } from './span.ts';

export interface CorridorQuestion {
  readonly span: Span;
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
}

export type CorridorWithSizes = CorridorCounts & {
  /** By side, then size class; of both kinds if self-payments are included, else of the others. */
  readonly sizeClasses: readonly Readonly<SizeClassCount>[];
};

export async function readCorridor(
  tx: Transaction,
  { includeSelf, ...corridor }: CorridorQuestion & { readonly includeSelf: boolean },
): Promise<CorridorWithSizes> {
  const { sql } = tx;
  const { tables } = await countedAttempts(tx, corridor);
  const [totals] = await sql<CountsRow[]>`
    with ${tables}, ${countedCells(tx)} select ${sumsOfCells(tx)} from cells`;
  if (totals === undefined) throw new TypeError('a sum without a row');
  const sizeClasses = await sql<SizeClassCount[]>`
    with ${tables}, sizes as (
      select is_self, each.*
      from stored, jsonb_to_recordset(size_classes) as each (side text, "sizeClass" int, attempts int8, successes int8)
      union all
      select is_self_payment, fixed_side::text,
             case when fixed_amount > 0 then length(fixed_amount::text) - 1 else -1 end,
             count(*), count(*) filter (where succeeded)
      from fresh group by 1, 2, 3
    )
    select side, "sizeClass", sum(attempts)::float8 as attempts, sum(successes)::float8 as successes
    from sizes where ${includeSelf ? sql`true` : sql`not is_self`}
    group by 1, 2 order by side collate "C", "sizeClass"`;
  const { sourceAsset, destAsset } = corridor;
  return { sourceAsset, destAsset, ...separateCounts(totals), sizeClasses: [...sizeClasses] };
}
