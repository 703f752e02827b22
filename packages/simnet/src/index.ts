export { HISTORY, PRESENT, type Era } from './close/era.ts';
export { createNetwork, type ClosedLedger, type Network, type NetworkOptions } from './network.ts';
export type { CorridorBucketTruth } from './truth/corridor-buckets.ts';
export type { StateTruth } from './truth/state-truth.ts';
export { writeLake, type LakeOptions } from './lake-writer.ts';
export type { AnchorFault, Faults, HorizonFault, ServiceFault } from './servers/faults.ts';
export { startSimnet, type Simnet, type SimnetOptions, type SimnetUrls } from './servers/simnet.ts';
