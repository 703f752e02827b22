import type { Redis } from 'ioredis';
import type { Resource, ResourceCounts } from '../resources/resource.ts';

export interface RedisConnectionOptions {
  /** For messages and the report. Default: `redis`. */
  readonly name?: string;
  /** Writes what the process has not written yet, e.g. a cache's buffer. Its signal aborts when the budget has run out. */
  readonly flush?: (signal: AbortSignal) => Promise<void> | void;
  /** Called after the flush, e.g. for hits and misses: whole numbers for the report. */
  readonly statistics?: () => ResourceCounts;
}

export interface RedisConnection extends Required<Omit<Resource, 'announce'>> {
  readonly client: Redis;
}

/**
 * An ioredis client that the lifecycle closes: flush, PING (its answer means that everything before it was answered), QUIT.
 * Behind a blocking command, or with Redis away or frozen, that would never end; `force` then disconnects and counts
 * the commands it `cut`. A client that is offline and has no command to send is disconnected at once.
 */
export function redisConnection(client: Redis, options: RedisConnectionOptions = {}): RedisConnection {
  const { name = 'redis', flush, statistics } = options;
  let step = 'its turn';
  let own = 0;
  let counts: Record<string, number> = { pending: 0, cut: 0 };

  const lastCommand = async (command: 'PING' | 'QUIT'): Promise<void> => {
    step = `the answer to ${command}`;
    own = 1;
    try {
      await (command === 'PING' ? client.ping() : client.quit());
    } finally {
      own = 0;
    }
  };

  return {
    name,
    client,
    close: async ({ signal }) => {
      counts['pending'] = unanswered(client);
      try {
        step = 'the flush';
        await flush?.(signal);
        counts = { ...counts, ...statistics?.() };
        if (client.status !== 'ready' && unanswered(client) === 0) return;
        await lastCommand('PING');
        await lastCommand('QUIT');
      } finally {
        client.disconnect();
      }
    },
    force: () => {
      counts['cut'] = unanswered(client) - own;
      client.disconnect();
    },
    waitingFor: () =>
      `${step}, behind ${unanswered(client) - own} commands without an answer; the connection is "${client.status}"`,
    counts: () => counts,
  };
}

/** Commands without an answer, and commands not yet sent. ioredis has no public count of the latter. */
function unanswered(client: Redis): number {
  return client.commandQueue.length + client['offlineQueue'].length;
}
