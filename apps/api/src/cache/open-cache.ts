import { redisConnection, type RedisConnection } from '@stellar-insights/lifecycle/redis';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';
import { cacheRedis } from '@stellar-insights/runtime/redis';
import type { Clock } from '@stellar-insights/runtime/time';
import { Redis } from 'ioredis';
import { ResponseCache } from './response-cache.ts';

export interface OpenCache extends RedisConnection {
  readonly cache: ResponseCache;
}

/**
 * The cache and its connection, as a resource of the phase `cache`. The connection opens by itself, at first and after
 * each loss; until it is open, every lookup is a miss.
 */
export function openCache(url: string, log: Log, clock: Clock): OpenCache {
  const reminder = new ErrorReminder(log, { service: 'redis', effect: 'answers are not cached' }, clock);
  const client = connect(url, reminder);
  const cache = new ResponseCache(client, clock, (error) => reminder.occurred(error));
  return { ...redisConnection(client, { statistics: () => cache.statistics() }), cache };
}

function connect(url: string, reminder: ErrorReminder): Redis {
  const client = new Redis(url, cacheRedis('insights-api'));
  client.on('error', (error: Error) => reminder.occurred(error));
  client.on('ready', () => reminder.over());
  return client;
}
