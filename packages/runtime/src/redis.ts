/** Reconnects without limit, at most a second after Redis is back. */
const RETRY = { retryStrategy: (times: number) => Math.min(times * 100, 1000) };

/** For the connection of a BullMQ worker: its commands wait until Redis is back. */
export function workerRedis(url: string) {
  return { url, ...RETRY, maxRetriesPerRequest: null };
}

/** For the connection of a BullMQ queue: its commands fail at once while Redis is away. */
export function producerRedis(url: string) {
  return { url, ...RETRY, enableOfflineQueue: false };
}

/** For an ioredis client that caches: its commands fail at once while Redis is away. */
export function cacheRedis(connectionName: string) {
  return {
    connectionName,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    retryStrategy: () => 500,
  };
}
