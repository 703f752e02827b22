import type { Transaction } from '@stellar-insights/db';
import { corridorIsKnown } from '@stellar-insights/db/corridors';
import type { AssetId } from '@stellar-insights/ledger';
import { ProblemError } from '../../answers/problem.ts';

export interface CorridorAssets {
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
}

export function assetsOf({ source, dest }: { source: string; dest: string }): CorridorAssets {
  return { sourceAsset: source as AssetId, destAsset: dest as AssetId };
}

/** @throws ProblemError 404 */
export async function requireKnown(tx: Transaction, assets: CorridorAssets): Promise<void> {
  if (await corridorIsKnown(tx, assets)) return;
  throw new ProblemError(404, 'corridor_not_found', 'no payment was ever attempted in this corridor');
}
