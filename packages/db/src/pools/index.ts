export { readAssetPrices, readPricePaths } from './asset-prices.ts';
export { NO_TRADES } from './pool.ts';
export type { Pool, PoolChange, PoolCounts, PoolState } from './pool.ts';
export {
  listPools,
  readAllPools,
  readPool,
  readPoolFigures,
  readStoredWindows,
  type CountsOfAllPools,
  type ListedPool,
  type PoolFigures,
  type PoolListOptions,
  type PoolOrder,
} from './read-pools.ts';
export { expirePoolSnapshots, type PoolRetention } from './retention.ts';
export { expirePoolBuckets, rollUpMarked, rollUpPoolTrades, type RolledUp } from './roll-up.ts';
export {
  listPoolSnapshots,
  readHighestValues,
  readPoolAt,
  readReservesAt,
  type PoolSnapshot,
  type SnapshotListOptions,
} from './snapshots.ts';
export { storedText, storePools, type PoolSnapshotChanges } from './store-pools.ts';
export { readPoolInputs, readPoolWindows, type PoolInput, type PoolWindows } from './volumes.ts';
