import { redisConnection, type RedisConnection } from '@stellar-insights/lifecycle/redis';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';
import { cacheRedis } from '@stellar-insights/runtime/redis';
import type { Clock } from '@stellar-insights/runtime/time';
import { Redis } from 'ioredis';
import { AnswerStore } from './answer-store.ts';
import { HotAnswers } from './hot-answers.ts';
import { ResponseCache } from './response-cache.ts';
import { Revalidations } from './revalidations.ts';

export interface OpenCache extends RedisConnection {
  readonly cache: ResponseCache;
  /** A resource of the phase `background`. */
  readonly revalidations: Revalidations;
}

export interface CacheParts {
  /** Of Redis. */
  readonly url: string;
  /** What the answers of all replicas may take there. */
  readonly budgetBytes: number;
  /** What the answers that this process has at hand may take of its memory. */
  readonly hotBytes: number;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * The cache and its connection, as a resource of the phase `cache`. The connection opens by itself, at first and after
 * each loss; until it is open, every lookup is a miss.
 */
export function openCache({ url, budgetBytes, hotBytes, log, clock }: CacheParts): OpenCache {
  const reminder = new ErrorReminder(log, { service: 'redis', effect: 'answers are not cached' }, clock);
  const client = connect(url, reminder);
  const onRefusal = (error: Error): void => reminder.occurred(error);
  const store = new AnswerStore(client, { clock, budgetBytes, onRefusal });
  const failed = new ErrorReminder(
    log,
    { service: 'cache', effect: 'answers of the state before are served' },
    clock,
  );
  const revalidations = new Revalidations((error) => failed.occurred(error));
  const cache = new ResponseCache({ store, hot: new HotAnswers(hotBytes, clock), revalidations, clock });
  const statistics = () => cache.statistics.flat();
  return { ...redisConnection(client, { statistics }), cache, revalidations };
}

function connect(url: string, reminder: ErrorReminder): Redis {
  const client = new Redis(url, cacheRedis('insights-api'));
  client.on('error', (error: Error) => reminder.occurred(error));
  client.on('ready', () => reminder.over());
  return client;
}
