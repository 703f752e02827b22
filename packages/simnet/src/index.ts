export { HISTORY, PRESENT, type Era } from './close/era.ts';
export { createNetwork, type ClosedLedger, type Network, type NetworkOptions } from './network.ts';
export type { CorridorBucketTruth } from './truth/corridor-buckets.ts';
export { writeLake, type LakeOptions } from './lake-writer.ts';
