/** Says on stdout which Redis is found on this PATH, or why none is. */
import { findRedis } from '../../src/redis/find-redis.ts';
import { RedisUnavailableError } from '@stellar-insights/devstack';

const found = await findRedis().catch((error: unknown) => {
  if (!(error instanceof RedisUnavailableError)) throw error;
  return { code: error.code, command: error.command, message: error.message };
});
process.stdout.write(JSON.stringify(found));
