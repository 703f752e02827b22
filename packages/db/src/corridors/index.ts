export { expireTiers, type TierRetention } from './expire-tiers.ts';
export { listCorridors, type CorridorOrder, type CorridorPlace } from './list-corridors.ts';
export {
  corridorIsKnown,
  readCorridor,
  readCorridorFailures,
  readCorridorHistory,
  type CorridorWithSizes,
} from './read-corridor.ts';
export { syncCorridorBuckets, type RefusedMarks } from './sync-buckets.ts';
export { readWindowEnd, resolveWindow, windowStart, type Window, type WindowEnd } from './window.ts';
export { readHorizon, TIERS, type Tier } from './tiers.ts';
