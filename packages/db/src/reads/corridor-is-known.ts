import type { AssetId } from '@stellar-insights/ledger';
import type { Transaction } from '../transaction.ts';

/** Whether anything was ever attempted in a corridor, as far as is stored. */
export async function corridorIsKnown(
  { sql }: Transaction,
  { sourceAsset, destAsset }: { readonly sourceAsset: AssetId; readonly destAsset: AssetId },
): Promise<boolean> {
  const [row] = await sql<{ known: boolean }[]>`
    select exists (select from corridor_buckets where source_asset = ${sourceAsset} and dest_asset = ${destAsset})
        or exists (select from dirty_corridor_buckets where source_asset = ${sourceAsset} and dest_asset = ${destAsset})
        as known`;
  return row?.known === true;
}
