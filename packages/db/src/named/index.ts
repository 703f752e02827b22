export {
  listNamedAssets,
  listNamedPools,
  listNamedTrustlines,
  type NamedAsset,
  type NamedPool,
  type NamedTrustline,
} from './list-named.ts';
export { nameLedgers, readNaming, type NamedLedgers, type Naming } from './name-ledgers.ts';
