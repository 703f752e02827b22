import type { Log } from '@stellar-insights/runtime';
import { Redis } from 'ioredis';

const RETRY_MS = 500;

/** Connects by itself, now and whenever it is cut off; while it is not connected every command fails at once. */
export function connectRedis(url: string, log: Log): Redis {
  const client = new Redis(url, {
    connectionName: 'insights-api',
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    retryStrategy: () => RETRY_MS,
  });
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
