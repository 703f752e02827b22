import type { Clock, Logger } from '@stellar-insights/lifecycle';
import { RedisConnection } from 'bullmq';

/** What all queues of a process share. */
export interface QueueSettings {
  readonly redisUrl: string;
  /** Keys in Redis begin with it. Databases that share a Redis need a prefix each, else they share jobs. */
  readonly prefix: string;
  readonly log: Logger;
  readonly clock?: Clock;
}

/** The oldest Redis that BullMQ recommends. It can block for fractions of a second. */
const ASSUMED_VERSION = '6.2.0';

/**
 * BullMQ asks with INFO for the version of Redis; if Redis refuses INFO, the worker spins without a pause. It is not asked: a
 * Redis that is too old refuses what `checkRedis` tries.
 */
export function bullmqOptions({ prefix }: Pick<QueueSettings, 'prefix'>) {
  RedisConnection.minimumVersion = ASSUMED_VERSION;
  return { prefix, skipVersionCheck: true };
}
