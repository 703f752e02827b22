import { lifecycle } from '@stellar-insights/lifecycle';
import { redisConnection } from '@stellar-insights/lifecycle/redis';
import { Redis } from 'ioredis';

const { REDIS_URL = '', MODE = '' } = process.env;
const app = lifecycle({ name: 'cache', phases: [{ name: 'cache', budget: 1 }] });

const redis = new Redis(REDIS_URL);
redis.on('error', () => undefined);
redis.once('close', () => {
  if (MODE === 'queue a command') void redis.set('lost', 'yes').catch(() => undefined);
  console.log('offline');
});
await app.acquire('cache', () =>
  redisConnection(redis, {
    flush: async () => void (MODE === 'flush' && (await redis.set('flushed', 'yes'))),
    statistics: () => ({ hits: 3 }),
  }),
);
await redis.ping();
if (MODE === 'block') void redis.blpop('never', 0).catch(() => undefined);
console.log('ready');
await app.run();
