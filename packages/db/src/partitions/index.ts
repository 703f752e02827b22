export { type DroppedPartitions } from './drop-partitions.ts';
export { ensurePartitions } from './fact-partitions.ts';
export { applyRetention } from './retention.ts';
