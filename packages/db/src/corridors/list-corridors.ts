import { Z_95, type CorridorCounts } from '@stellar-insights/analytics';
import type { AssetId } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import type { Corridor } from './attempt-rows.ts';
import { attemptsInWindow, type AttemptFilter } from './attempts-in-window.ts';
import { attemptCells, separateCounts, sumsOfCells, type CountsRow } from './corridor-counts.ts';

export interface CorridorOrder {
  /** `lower_bound`: of the success rate. `delivered`: stroops, whatever the asset. */
  readonly by: 'attempted' | 'failed' | 'success_rate' | 'lower_bound' | 'delivered' | 'corridor';
  readonly descending: boolean;
}

/** Where a page of the list ends. `value` is what the list is ordered by, an exact decimal. */
export interface CorridorPlace extends Corridor {
  readonly value: string;
}

export interface CorridorListOptions extends Pick<AttemptFilter, 'window' | 'sourceAsset' | 'destAsset'> {
  readonly includeSelf: boolean;
  /** Corridors with fewer attempts are left out. Default: 1. */
  readonly minAttempts?: number | undefined;
  readonly order: CorridorOrder;
  readonly after?: CorridorPlace | undefined;
  readonly limit: number;
}

/** The corridors with attempts. A corridor with self-payments only is listed if `includeSelf`. */
export async function listCorridors(
  tx: Transaction,
  { includeSelf, minAttempts = 1, order, after, limit, ...filter }: CorridorListOptions,
): Promise<(CorridorCounts & { readonly place: CorridorPlace })[]> {
  const { sql } = tx;
  const { tables } = await attemptsInWindow(tx, filter);
  const isCounted = includeSelf ? sql`true` : sql`not is_self`;
  const direction = order.descending ? sql`desc` : sql`asc`;
  const beyond = order.descending ? sql`<` : sql`>`;
  // Corridors of equal value are ordered by their assets: ascending, unless the list itself is ordered by them.
  const assets = order.by === 'corridor' ? direction : sql`asc`;
  const beyondAssets = order.by === 'corridor' ? beyond : sql`>`;
  const page = after
    ? sql`where (value ${beyond} ${after.value}::text::numeric or (value = ${after.value}::text::numeric
        and (source_asset collate "C", dest_asset collate "C") ${beyondAssets} (${after.sourceAsset}, ${after.destAsset})))`
    : sql``;
  const rows = await sql<(CountsRow & { source_asset: AssetId; dest_asset: AssetId; value: string })[]>`
    with ${tables}, ${attemptCells(tx)}, sums as (
      select source_asset, dest_asset, ${sumsOfCells(tx)}, ${orderedValue(tx, order, isCounted)} as value
      from cells group by 1, 2 having coalesce(sum(attempts) filter (where ${isCounted}), 0) >= ${minAttempts}
    ), corridors as (
      select s.asset as source_asset, d.asset as dest_asset, attempts, successes, delivered,
             self_attempts, self_successes, self_delivered, value
      from sums join assets s on s.id = source_asset join assets d on d.id = dest_asset
    )
    select *, value::text as value from corridors ${page}
    order by corridors.value ${direction}, source_asset collate "C" ${assets}, dest_asset collate "C" ${assets}
    limit ${limit}`;
  return rows.map((row) => {
    const corridor = { sourceAsset: row.source_asset, destAsset: row.dest_asset };
    return { ...corridor, ...separateCounts(row), place: { ...corridor, value: row.value } };
  });
}

function orderedValue({ sql }: Transaction, { by }: CorridorOrder, counted: Fragment): Fragment {
  const attempts = sql`sum(attempts) filter (where ${counted})`;
  const successes = sql`sum(successes) filter (where ${counted})`;
  switch (by) {
    case 'attempted':
      return attempts;
    case 'failed':
      return sql`${attempts} - ${successes}`;
    case 'success_rate':
      return sql`${successes} / nullif(${attempts}, 0)`;
    case 'lower_bound':
      return wilsonLowerBound({ sql }, successes, attempts);
    case 'delivered':
      return sql`coalesce(sum(delivered) filter (where ${counted}), 0)`;
    case 'corridor':
      return sql`0::numeric`;
  }
}

/** As `wilsonInterval` has it, in the same steps. */
function wilsonLowerBound({ sql }: Executor, successes: Fragment, attempts: Fragment): Fragment {
  return sql`
    (select case when s = 0 then 0 else
        (s / n + z * z / n / 2 - z * sqrt((s / n * (1 - s / n) + z * z / n / 4) / n)) / (1 + z * z / n) end
     from (select ${successes}::float8 as s, ${attempts}::float8 as n, ${Z_95}::float8 as z) counts)::numeric`;
}
