import { once } from 'node:events';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { createKey, revokeKey, type IssuedKey } from '@stellar-insights/db/keys';
import { startPostgres, startRedis } from '@stellar-insights/devstack';
import { TestProgram } from '@stellar-insights/devstack/testing';
import { WebSocket } from 'ws';
import { median } from './measurement.ts';

const USAGE = `usage: pnpm bench access [--json] [--check] [--runs N]
  --json     print the figures as JSON
  --check    exit with 1 if a target is missed
  --runs     how many keys are revoked; default: 20`;

/** The API as it runs in production. */
const API = resolve(import.meta.dirname, '../../apps/api/dist/main.js');
const PATH = '/api/v1/network';
const REPLICAS = 2;
/** A replica uses what it has read for a second; the rest is the request and the machine. */
const MOST_REQUEST_MS = 1100;
/** Streams are looked at once a second. */
const MOST_STREAM_MS = 2500;
/** The least share of the requests per second without a key, and of those without a limit. */
const LEAST_SHARE = 0.85;
/** Requests a minute: more than the bench can send. */
const LIMIT = 500_000;
const LOAD = { connections: 16, ms: 2000, rounds: 3 };

/** How long a revoked key is let through, and what a key and a rate limit cost. Resolves to the exit code. */
export async function benchAccess(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      runs: { type: 'string', default: '20' },
    },
  });
  const runs = Number(values.runs);
  if (!(Number.isInteger(runs) && runs > 0)) {
    console.error(USAGE);
    return 2;
  }
  await using resources = new AsyncDisposableStack();
  const postgres = resources.use(await startPostgres());
  const redis = resources.use(await startRedis());
  const url = await postgres.createDatabase();
  await migrate(url);
  const db = resources.use(connectDatabase(url, { applicationName: 'bench' }));
  const env = { DATABASE_URL: url, REDIS_URL: redis.url };
  const replicas: string[] = [];
  for (let count = 0; count < REPLICAS; count += 1) {
    const api = resources.use(await startApi(env));
    replicas.push(await api.url());
  }
  const requests: number[] = [];
  const streams: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const times = await revocation(db, replicas);
    requests.push(...times.requests);
    streams.push(...times.streams);
    console.error(`revoked: refused after ${Math.max(...times.requests).toFixed(0)} ms by the last replica`);
  }
  const [replica = ''] = replicas;
  const free = authorization(await issue(db));
  const share = median(await shares(replica, free, {}));
  const limitedShare = median(await shares(replica, authorization(await issue(db, LIMIT)), free));
  const figures = {
    refused_ms: { median: median(requests), longest: Math.max(...requests) },
    closed_ms: { median: median(streams), longest: Math.max(...streams) },
    share_of_requests_without_a_key: share,
    share_of_requests_without_a_limit: limitedShare,
  };
  const missed = [
    ...(figures.refused_ms.longest > MOST_REQUEST_MS ? [`refused within ${MOST_REQUEST_MS} ms`] : []),
    ...(figures.closed_ms.longest > MOST_STREAM_MS ? [`closed within ${MOST_STREAM_MS} ms`] : []),
    ...(share < LEAST_SHARE ? [`${LEAST_SHARE * 100} % of the requests without a key`] : []),
    ...(limitedShare < LEAST_SHARE ? [`${LEAST_SHARE * 100} % of the requests without a limit`] : []),
  ];
  console.log(values.json ? JSON.stringify({ ...figures, missed }, null, 2) : describe(figures, missed));
  return values.check && missed.length > 0 ? 1 : 0;
}

async function startApi(env: Readonly<Record<string, string>>): Promise<TestProgram> {
  const api = await TestProgram.start({
    name: 'api',
    command: process.execPath,
    args: [API],
    env: {
      ...env,
      API_PORT: '0',
      API_ADMIN_PORT: '0',
      API_RATE_LIMIT_PER_ADDRESS: '0',
      API_RATE_LIMIT_PER_KEY: '0',
    },
    port: /"port":(\d+)\},"msg":"the API is served"/,
  });
  await api.ready();
  return api;
}

function issue(db: Database, requestsPerMinute: number | null = null): Promise<IssuedKey> {
  const asked = {
    owner: 'bench',
    name: 'bench',
    scopes: ['read'],
    validMs: null,
    requestsPerMinute,
  } as const;
  return createKey(db, asked);
}

function authorization({ text }: IssuedKey): Headers {
  return { Authorization: `Bearer ${text}` };
}

/** From the commit of the revocation to the refusal of a key that is in constant use, and to the end of a stream; in ms. */
async function revocation(
  db: Database,
  replicas: readonly string[],
): Promise<{ requests: number[]; streams: number[] }> {
  const issued = await issue(db);
  const headers = authorization(issued);
  const sockets = replicas.map((url) => new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers }));
  await Promise.all(sockets.map((socket) => once(socket, 'open')));
  const closed = sockets.map((socket) => once(socket, 'close').then(() => performance.now()));
  const refused = replicas.map((url) => firstRefusal(`${url}${PATH}`, headers));
  // The moment of the revocation lies anywhere within the second of a replica.
  await new Promise((go) => setTimeout(go, 1000 + Math.random() * 1000));
  await revokeKey(db, issued.key.id);
  const revokedAt = performance.now();
  const since = async (times: readonly Promise<number>[]): Promise<number[]> =>
    (await Promise.all(times)).map((at) => at - revokedAt);
  return { requests: await since(refused), streams: await since(closed) };
}

async function firstRefusal(url: string, headers: Headers): Promise<number> {
  for (;;) {
    const { status, body } = await fetch(url, { headers });
    await body?.cancel();
    if (status === 401) return performance.now();
  }
}

/** The requests per second with these headers, as a share of those with others; of each round. */
async function shares(replica: string, headers: Headers, others: Headers): Promise<number[]> {
  const found: number[] = [];
  // The first round warms up.
  for (let round = 0; round <= LOAD.rounds; round += 1) {
    const before = await answered(replica, others);
    const own = await answered(replica, headers);
    const other = (before + (await answered(replica, others))) / 2;
    if (round > 0) found.push(own / other);
  }
  return found;
}

/** How many requests are answered in a while. */
async function answered(replica: string, headers: Headers): Promise<number> {
  const end = performance.now() + LOAD.ms;
  let count = 0;
  const ask = async (): Promise<void> => {
    while (performance.now() < end) {
      const response = await fetch(`${replica}${PATH}`, { headers });
      await response.text();
      if (response.status !== 200) throw new RangeError(`found status ${response.status}, expected 200`);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: LOAD.connections }, ask));
  return count;
}

type Headers = Readonly<Record<string, string>>;

interface Figures {
  readonly refused_ms: { readonly median: number; readonly longest: number };
  readonly closed_ms: { readonly median: number; readonly longest: number };
  readonly share_of_requests_without_a_key: number;
  readonly share_of_requests_without_a_limit: number;
}

function describe(figures: Figures, missed: readonly string[]): string {
  const { refused_ms: refused, closed_ms: closed } = figures;
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
  return [
    `| a revoked key is refused after      | ${refused.median.toFixed(0)} ms, at most ${refused.longest.toFixed(0)} ms |`,
    `| a stream ends with its key after    | ${closed.median.toFixed(0)} ms, at most ${closed.longest.toFixed(0)} ms |`,
    `| requests with a key, of those without | ${percent(figures.share_of_requests_without_a_key)} |`,
    `| requests with a limit, of those without | ${percent(figures.share_of_requests_without_a_limit)} |`,
    '',
    missed.length === 0 ? 'The API meets its targets.' : `Missed: ${missed.join('; ')}`,
  ].join('\n');
}
