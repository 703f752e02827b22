/** A connection is replaced if Redis takes longer than this for an answer. Blocking reads must wait for less. */
const ANSWER_TIMEOUT_MS = 4000;

/**
 * A balancer may forget a connection, which then stays open and dead: only a deadline for answers notices. A deadline for each
 * command (`commandTimeout`) would give up the command and keep the connection.
 */
const CONNECTION = {
  connectTimeout: ANSWER_TIMEOUT_MS,
  socketTimeout: ANSWER_TIMEOUT_MS,
  /** Reconnects without limit, at most a second after Redis is back. */
  retryStrategy: (attempt: number) => Math.min(attempt * 100, 1000),
  /** After a failover the same name leads to the new primary, and this connection to a replica. */
  reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? 1 : false),
} as const;

/** For the connection of a BullMQ worker: its commands wait until Redis is back. */
export function workerRedis(url: string) {
  return { url, ...CONNECTION, maxRetriesPerRequest: null };
}

/** For the connection of a BullMQ queue: its commands fail at once while Redis is away. */
export function producerRedis(url: string) {
  return { url, ...CONNECTION, enableOfflineQueue: false };
}

/** For a client that looks once at what Redis can do: it does not reconnect. */
export function probeRedis() {
  return {
    ...CONNECTION,
    lazyConnect: true,
    // This check needs INFO, which Redis may refuse.
    enableReadyCheck: false,
    retryStrategy: () => null,
    reconnectOnError: null,
  };
}

/** For an ioredis client that caches: its commands fail at once while Redis is away. */
export function cacheRedis(connectionName: string) {
  return {
    ...CONNECTION,
    connectionName,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    socketTimeout: 2000,
  };
}
