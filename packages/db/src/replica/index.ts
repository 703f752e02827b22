export { acquireReplica } from './acquire-replica.ts';
export { readDataPlace } from './data-place.ts';
export {
  ReadReplica,
  type ReplicaOutcome,
  type ReplicaState,
  type ReplicaStatistics,
} from './read-replica.ts';
