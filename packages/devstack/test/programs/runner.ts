/** Starts a Postgres and a Redis, prints their pids and ports, and then runs, freezes them or ends, as its argument says. */
import { startPostgres, startRedis } from '@stellar-insights/devstack';

const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
if (process.argv[2] === 'freeze') await Promise.all([postgres.freeze(), redis.freeze()]);
process.stdout.write(`${JSON.stringify([postgres, redis].map(({ pid, port }) => ({ pid, port })))}\n`);
if (process.argv[2] !== 'end') setInterval(() => undefined, 1000);
