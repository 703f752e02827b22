import type { Log } from '@stellar-insights/runtime/log';
import { cacheRedis } from '@stellar-insights/runtime/redis';
import { Redis } from 'ioredis';

/** Connects by itself, now and whenever it is cut off; while it is not connected every command fails at once. */
export function connectRedis(url: string, log: Log): Redis {
  const client = new Redis(url, cacheRedis('insights-api'));
  let away = false;
  client.on('error', (error: Error) => {
    if (!away) log.warn({ err: error }, 'Redis is away: answers are not cached');
    away = true;
  });
  client.on('ready', () => {
    if (away) log.info('Redis is back');
    away = false;
  });
  return client;
}
