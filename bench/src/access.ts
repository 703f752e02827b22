import { parseArgs } from 'node:util';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { startPostgres, startRedis } from '@stellar-insights/devstack';
import { measureRequestCosts } from './access/request-cost.ts';
import { measureRevocation } from './access/revocation.ts';
import { startApi } from './api-program.ts';
import { report, reportOptions, type Measurement } from './measurement.ts';

const USAGE = `usage: pnpm bench access [--runs N] [--rounds N] [--json] [--check]
  --runs     how many keys are revoked; default: 20
  --rounds   of requests without a key, with one, and with one that has a limit, all in turn; default: 9
  --json     print JSON instead of a table
  --check    exit with 1 if a limit is missed

Needs the build: pnpm build.`;

/** How long a revoked key is let through, and what a key and a rate limit cost. Resolves to the exit code. */
export async function benchAccess(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '20' },
      rounds: { type: 'string', default: '9' },
      ...reportOptions,
    },
  });
  const [runs, rounds] = [Number(values.runs), Number(values.rounds)];
  if (![runs, rounds].every((count) => Number.isInteger(count) && count > 0)) {
    console.error(USAGE);
    return 2;
  }
  const measurements = await measure(runs, rounds);
  return report(measurements, values);
}

async function measure(runs: number, rounds: number): Promise<Measurement[]> {
  await using resources = new AsyncDisposableStack();
  const postgres = resources.use(await startPostgres());
  const redis = resources.use(await startRedis());
  const url = await postgres.createDatabase();
  await migrate(url);
  const db = resources.use(connectDatabase(url, { applicationName: 'bench' }));
  const env = { DATABASE_URL: url, REDIS_URL: redis.url };
  const replica = resources.use(await startApi(env));
  const other = resources.use(await startApi(env));
  return [
    ...(await measureRevocation(db, [await replica.url(), await other.url()], runs)),
    ...(await measureRequestCosts(db, replica, rounds)),
  ];
}
