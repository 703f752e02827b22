import { parseArgs } from 'node:util';
import type { ListFormat } from '@stellar-insights/contract';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { commitLedger } from '@stellar-insights/db/ledgers';
import { startPostgres, startRedis, type PostgresServer } from '@stellar-insights/devstack';
import { startApi } from './api-program.ts';
import { GeneratedLedgers } from './ingest/generated-ledgers.ts';
import { median, report, reportOptions, type Measurement } from './measurement.ts';
import { requestCosts } from './request-costs.ts';

const USAGE = `usage: pnpm bench formats [--rounds N] [--json] [--check]
  --rounds   of requests for each format and coding, all in turn; default: 9
  --json     print JSON instead of a table
  --check    exit with 1 if a limit is missed

Needs the build: pnpm build.`;

const PATH = '/api/v1/payments?limit=200';
const LEDGERS = 10;
const REQUESTS = 100;

/** `most`: that it may cost, as a multiple of JSON as it is. */
const KINDS = {
  json: kind('200 payments as JSON', 'json'),
  gzip: kind('with gzip', 'json', { coding: 'gzip' }),
  br: kind('with br', 'json', { coding: 'br' }),
  csv: kind('as CSV', 'csv'),
  excel: kind('as CSV for spreadsheets', 'excel'),
  ndjson: kind('as NDJSON', 'ndjson', { most: 1.2 }),
};
type Kind = keyof typeof KINDS;

function kind(title: string, format: ListFormat, { coding = 'identity', most = 1.5 } = {}) {
  return { title, path: `${PATH}&format=${format}`, headers: { 'accept-encoding': coding }, most };
}

/** What the API spends on its formats and on compression, and how much smaller bodies become. Resolves to the exit code. */
export async function benchFormats(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '9' },
      ...reportOptions,
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    console.error(USAGE);
    return 2;
  }
  const measurements = await measure(rounds);
  return report(measurements, values);
}

async function measure(rounds: number): Promise<Measurement[]> {
  await using resources = new AsyncDisposableStack();
  const postgres = resources.use(await startPostgres());
  const redis = resources.use(await startRedis());
  const url = await storedPayments(postgres);
  const api = resources.use(await startApi({ DATABASE_URL: url, REDIS_URL: redis.url }));
  const all = await requestCosts<Kind>(api, KINDS, { rounds, requests: REQUESTS });
  const measureKind = async ([name, { title, path, headers, most }]: [string, (typeof KINDS)[Kind]]) => {
    const { headers: answered } = await fetch(`${await api.url()}${path}`, { headers, method: 'HEAD' });
    const note = `${(Number(answered.get('content-length')) / 1000).toFixed(0)} kB`;
    const cost = (of: (round: (typeof all)[number]) => number) => median(all.map(of));
    return name === 'json'
      ? { what: title, value: cost((round) => round.json), unit: 'µs of CPU time', note }
      : {
          what: `${title}, against JSON as it is`,
          value: cost((round) => round[name as Kind] / round.json),
          unit: '×',
          limit: most,
          note,
        };
  };
  return await Promise.all(Object.entries(KINDS).map(measureKind));
}

async function storedPayments(postgres: PostgresServer): Promise<string> {
  const url = await postgres.createDatabase();
  await migrate(url);
  await using db = connectDatabase(url, { applicationName: 'bench' });
  for (const facts of new GeneratedLedgers(1000).take(LEDGERS)) {
    await commitLedger(db, facts, { networkPassphrase: 'Bench', events: [] });
  }
  return url;
}
