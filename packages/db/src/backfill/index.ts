export {
  listBackfills,
  listRunningBackfills,
  readBackfill,
  recordBackfillError,
  type Backfill,
  type BackfillRange,
  type ListBackfillsOptions,
} from './backfill.ts';
export { cancelBackfill, dropCancelled } from './cancel-backfill.ts';
export { createBackfill, type BackfillRequest, type CreatedBackfill } from './create-backfill.ts';
export {
  BackfillBusyError,
  BackfillEndedError,
  BackfillFencedError,
  BackfillIncompleteError,
  BackfillOverlapError,
  BackfillRangeError,
} from './errors.ts';
export { loadChunk, type ChunkRef, type LoadedChunk, type LoadOptions } from './load-chunk.ts';
export { readBackfillParts, type BackfillPart, type ReadPartsOptions } from './parts.ts';
export { publishPart, type PartRef, type PublishOptions } from './publish-part.ts';
