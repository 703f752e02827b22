import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { addPayment, emptyTable, replayRows } from '@stellar-insights/analytics';
import { FactsLake, factsLakeConfig, openObjectStore, writeChunk } from '@stellar-insights/facts-lake';
import { S3Server } from '@stellar-insights/facts-lake/testing';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { NETWORK, PRESENT, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { expect, test as base } from 'vitest';
import { chdb } from './chdb.ts';
import { repository } from './repository.ts';

const scripts = resolve(repository, 'deploy/clickhouse');
const signal = new AbortController().signal;
const engine = chdb();
/** Three chunks. */
const LEDGERS = simulatedLedgers(60, { startLedger: 1000, eras: PRESENT });
const LEDGERS_PER_CHUNK = 20;
const FIRST = 'manifests/0000001000.json';

/** What a program printed, and how it ended. */
interface Ended {
  readonly code: number | null;
  readonly printed: string;
  readonly errors: string;
}

/**
 * `server`: an S3 with the lake of `LEDGERS`, whose signatures it checks. `clickhouse`: runs a program that finds an engine as
 * `clickhouse-client`, with the tables and without rows.
 */
/* oxlint-disable no-empty-pattern -- Vitest insists on a destructured first parameter. */
const test = base
  .extend('folder', async ({}, { onCleanup }) => {
    const folder = await mkdtemp(join(tmpdir(), 'clickhouse-'));
    onCleanup(() => rm(folder, { recursive: true, force: true }));
    return folder;
  })
  .extend('server', async ({}, { onCleanup }) => {
    const server = await S3Server.start();
    onCleanup(() => server[Symbol.asyncDispose]());
    return server;
  })
  .extend('lake', async ({ server }, { onCleanup }) => {
    const config = factsLakeConfig(server.env('lake'));
    if (config === null) throw new TypeError('found no FACTS_LAKE_URL');
    const store = openObjectStore(config);
    onCleanup(() => store[Symbol.asyncDispose]());
    const lake = await FactsLake.create(store, { ...NETWORK, ledgersPerChunk: LEDGERS_PER_CHUNK }, signal);
    await write(lake, LEDGERS);
    return lake;
  })
  .extend('run', async ({ folder }) => {
    await symlink(resolve(import.meta.dirname, 'clickhouse-client.mjs'), join(folder, 'clickhouse-client'));
    const env = {
      PATH: `${folder}${delimiter}${process.env['PATH']}`,
      CHDB: engine ?? '',
      CHDB_DATA: join(folder, 'data'),
    };
    return (program: string, args: readonly string[] = [], stop?: AbortSignal): Promise<Ended> =>
      runProgram(program, args, env, stop);
  });
/* oxlint-enable no-empty-pattern */

async function write(lake: FactsLake, ledgers: readonly LedgerFacts[], factsVersion = 1): Promise<void> {
  for (const chunk of lake.chunksWithin({ from: 1000, to: 1059 })) {
    const own = ledgers.filter(
      ({ header }) => header.sequence >= chunk.first && header.sequence <= chunk.last,
    );
    await writeChunk(lake, chunk, one(own), { factsVersion }, signal);
  }
}

async function* one(ledgers: readonly LedgerFacts[]): AsyncGenerator<LedgerFacts> {
  yield* ledgers;
}

/** `stop` kills it, with all that it has started. */
async function runProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  stop?: AbortSignal,
): Promise<Ended> {
  const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  stop?.addEventListener('abort', () => void (child.pid && process.kill(-child.pid, 'SIGKILL')));
  const [printed, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, printed, errors };
}

type Run = (program: string, args?: readonly string[], stop?: AbortSignal) => Promise<Ended>;

const load = (run: Run, stop?: AbortSignal): Promise<Ended> => run(join(scripts, 'load.sh'), [], stop);

/** What a client prints for statements in a file, or given. */
async function query(run: Run, ...args: readonly string[]): Promise<string> {
  const { code, printed, errors } = await run('clickhouse-client', args);
  expect(errors).toBe('');
  expect(code).toBe(0);
  return printed;
}

async function corridors(run: Run, file: string, from: string, to: string): Promise<unknown[]> {
  const args = ['--database', 'stellar', '--queries-file', join(scripts, file)];
  const printed = await query(run, ...args, `--param_from=${from}`, `--param_to=${to}`);
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

function replayed(ledgers: readonly LedgerFacts[]): unknown[] {
  const table = emptyTable();
  for (const { payments } of ledgers) for (const payment of payments) addPayment(table, payment);
  return replayRows(table).map((row) => ({ ...row }));
}

async function setUp(run: Run, { endpoint, bucket, credentials }: S3Server): Promise<void> {
  const { accessKeyId, secretAccessKey } = credentials;
  const where = `url = '${endpoint.href}${bucket}/lake/'`;
  const who = `access_key_id = '${accessKeyId}', secret_access_key = '${secretAccessKey}'`;
  await query(
    run,
    '--query',
    `create database stellar;\ncreate named collection facts_lake as ${where}, ${who};`,
  );
  await query(run, '--database', 'stellar', '--queries-file', join(scripts, 'schema.sql'));
}

const title =
  'ClickHouse loads the lake by chunk, whatever is killed, damaged or replaced, and has the corridors of replay';
if (engine === undefined)
  process.stderr.write(`SKIPPED, without chdb, which the full tests install: "${title}"\n`);

test.skipIf(engine === undefined)(title, async ({ run, server, lake }) => {
  await setUp(run, server);
  const ofAll = () => corridors(run, 'corridors.sql', '1000', '1059');

  // Killed amid the second chunk.
  const kill = new AbortController();
  server.fault = (request) => {
    if (request.startsWith('GET lake/payments/0000001020')) setImmediate(() => kill.abort());
    return null;
  };
  const killed = await load(run, kill.signal);
  expect(killed).toMatchObject({ code: null, printed: 'loaded 0000001000\n' });
  server.fault = () => null;

  // One listing says what is left.
  expect(await load(run)).toEqual({ code: 0, printed: 'loaded 0000001020\nloaded 0000001040\n', errors: '' });
  server.requests.length = 0;
  expect(await load(run)).toEqual({ code: 0, printed: '', errors: '' });
  expect(new Set(server.requests)).toEqual(new Set(['GET ?prefix=lake/manifests/']));
  expect(await ofAll()).toEqual(replayed(LEDGERS));
  const hours = ['2000-01-01 00:00:00', '2100-01-01 00:00:00'] as const;
  expect(await corridors(run, 'corridors-by-time.sql', ...hours)).toEqual(replayed(LEDGERS));

  // A file that is not the one of its manifest replaces nothing.
  const manifest = server.objects.get(`lake/${FIRST}`) ?? Buffer.alloc(0);
  const payments = server.objects.get('lake/payments/0000001000.parquet') ?? Buffer.alloc(0);
  server.objects.set(`lake/${FIRST}`, Buffer.concat([manifest, Buffer.from(' ')]));
  server.objects.set('lake/payments/0000001000.parquet', Buffer.concat([payments, Buffer.from(' ')]));
  const damaged = await load(run);
  expect(damaged.code).not.toBe(0);
  expect(damaged.errors).toContain('payments: found other bytes than the manifest names');
  expect(await ofAll()).toEqual(replayed(LEDGERS));

  // Exported again, now with a table without rows.
  const others = LEDGERS.map((facts) => ({ ...facts, payments: [] }));
  await write(lake, others, 2);
  expect(await load(run)).toMatchObject({ code: 0, errors: '' });
  expect(await query(run, '--database', 'stellar', '--query', 'select count() from payments')).toBe('0\n');
  const rest = 'select count(), uniqExact(tx_hash) from transactions';
  const transactions = LEDGERS.flatMap((facts) => facts.transactions).length;
  expect(await query(run, '--database', 'stellar', '--query', rest)).toBe(
    `${transactions}\t${transactions}\n`,
  );
});
