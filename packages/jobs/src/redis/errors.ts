/** Redis refuses a command that the queues need, and will go on refusing it. */
export class RedisRefusedError extends Error {
  override readonly name = 'RedisRefusedError';
  readonly code = 'redis_refused';
  readonly retryable = false;
  readonly command: string;

  constructor(command: string, answer: string, options?: ErrorOptions) {
    super(
      `found that Redis refuses ${command} ("${answer}"), expected the commands that BullMQ needs: scripts, blocking reads ` +
        'and writes; allow them to the user in REDIS_URL, or name a primary that allows them',
      options,
    );
    this.command = command;
  }
}

/** The Redis belongs to a cluster. */
export class RedisClusterError extends Error {
  override readonly name = 'RedisClusterError';
  readonly code = 'redis_cluster';
  readonly retryable = false;

  constructor(found: string, options?: ErrorOptions) {
    super(
      `found a Redis Cluster in REDIS_URL (${found}), expected a single Redis or a primary with replicas; name a server ` +
        'that is not in cluster mode',
      options,
    );
  }
}

/** Redis does not answer, or takes no jobs now. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
  readonly code = 'redis_unavailable';
  readonly retryable = true;

  constructor(queue: string, cause: unknown) {
    const found = cause instanceof Error ? cause.message : String(cause);
    super(
      `found that Redis takes no jobs of queue "${queue}" (${found}), expected it to; they are added again until it does: ` +
        'see whether Redis runs, has memory left and is a primary',
      { cause },
    );
  }
}
