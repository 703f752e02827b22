import type { RedisOptions } from 'bullmq';

/** Reconnects for ever, at most a second after Redis is back. */
const RETRY = { retryStrategy: (times: number) => Math.min(times * 100, 1000) };

/** A worker's commands wait for Redis to come back. */
export function workerRedis(url: string): RedisOptions {
  return { url, ...RETRY, maxRetriesPerRequest: null };
}

/** A producer's commands fail at once while Redis is away. */
export function producerRedis(url: string): RedisOptions {
  return { url, ...RETRY, enableOfflineQueue: false };
}
