import type { CorridorCounts } from '@stellar-insights/analytics';
import type { Transaction } from '../transaction.ts';
import type { Corridor } from './attempt-rows.ts';
import { attemptsInWindow } from './attempts-in-window.ts';
import { attemptCells, separateCounts, sumsOfCells, type CountsRow } from './corridor-counts.ts';
import type { Window } from './window.ts';

/** The counts of these corridors in a window, in any order. A corridor without attempts is left out. */
export async function countCorridors(
  tx: Transaction,
  { window, corridors }: { readonly window: Window; readonly corridors: readonly Corridor[] },
): Promise<CorridorCounts[]> {
  const { tables } = await attemptsInWindow(tx, { window, corridors });
  const rows = await tx.sql<(CountsRow & Corridor)[]>`
    with ${tables}, ${attemptCells(tx)}, sums as (
      select source_asset, dest_asset, ${sumsOfCells(tx)} from cells group by 1, 2
    )
    select sums.*, s.asset as "sourceAsset", d.asset as "destAsset"
    from sums join assets s on s.id = source_asset join assets d on d.id = dest_asset`;
  return rows.map((row) => {
    const { sourceAsset, destAsset } = row;
    return { sourceAsset, destAsset, ...separateCounts(row) };
  });
}
