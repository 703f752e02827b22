export { listAssetDays, readAssetAt, type AssetDay } from './asset-days.ts';
export { beginAssetSync, type AssetCrawl, type AssetProgress, type BegunAssetSync } from './asset-sync.ts';
export type { AssetFigures } from './figures.ts';
export { keepSnapshots } from './keep-snapshots.ts';
export {
  listAssets,
  readAsset,
  type AssetChange,
  type AssetListOptions,
  type AssetOrder,
  type AssetPlace,
  type AssetStatistics,
} from './list-assets.ts';
export {
  readAnchorAssets,
  readPendingAssets,
  readPendingTrustlines,
  type PendingNames,
} from './pending-names.ts';
export { storeAssetSync, storeWithoutSource, type AssetReading, type AssetSync } from './store-asset-sync.ts';
export type { TrustlineReading } from './store-trustlines.ts';
export { readTrustlineStats, type TrustlineStats } from './trustline-stats.ts';
