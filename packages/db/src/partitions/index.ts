export { type DroppedPartitions } from './drop-partitions.ts';
export { ensurePartitions } from './fact-partitions.ts';
export { applyRetention, type RetentionOptions } from './retention.ts';
