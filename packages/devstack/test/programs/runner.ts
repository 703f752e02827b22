/** Starts a Postgres and a Redis, says so on stdout, and does what its argument says. */
import { startPostgres, startRedis } from '@stellar-insights/devstack';

const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
if (process.argv[2] === 'freeze') await Promise.all([postgres.freeze(), redis.freeze()]);
process.stdout.write(`${JSON.stringify([postgres, redis].map(({ pid, port }) => ({ pid, port })))}\n`);
if (process.argv[2] !== 'end') setInterval(() => undefined, 1000);
