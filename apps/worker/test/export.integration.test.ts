import { readFileSync } from 'node:fs';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { connectDatabase, migrate, transaction, type Database } from '@stellar-insights/db';
import { listLakeMarks } from '@stellar-insights/db/facts-lakes';
import { fillGap } from '@stellar-insights/db/ledgers';
import type { PostgresServer } from '@stellar-insights/devstack';
import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import {
  FactsLake,
  factsLakeConfig,
  LakeSql,
  openObjectStore,
  readChunk,
  writeChunk,
} from '@stellar-insights/facts-lake';
import { S3Server } from '@stellar-insights/facts-lake/testing';
import type { LedgerFacts, LedgerRange } from '@stellar-insights/ledger';
import { LedgerDecoder, openSource, readLedgers } from '@stellar-insights/ledger/sources';
import { systemClock } from '@stellar-insights/lifecycle';
import { createLog } from '@stellar-insights/runtime/log';
import { SimLake } from '@stellar-insights/simnet/testing';
import { Registry } from 'prom-client';
import { describe, expect } from 'vitest';
import { PUBNET, realLake, realLedgersAbsent } from '../../../test/real-ledgers.ts';
import { ChunkExporter } from '../src/export/chunk-exporter.ts';
import { ExportMetrics } from '../src/export/export-metrics.ts';
import { exportRange } from '../src/export/export-range.ts';
import { originInDatabase, originInSource, type FactsOrigin } from '../src/export/facts-origin.ts';
import { ingestRange } from '../src/ingestion/ingest-range.ts';
import { replay, replayDocument } from '../src/replay/replay.ts';
import { verifyRange } from '../src/verify/verify-range.ts';
import { chunksIn, lakeFiles, lakeFolder, openLake, urlOf } from './support/facts-lakes.ts';

const LEDGERS = 70;
const CHUNK = 20;
const CORRIDORS = readFileSync(resolve(import.meta.dirname, '../../../deploy/duckdb/corridors.sql'), 'utf8');
const { signal } = new AbortController();
const onLedger = (): void => undefined;

/** `source`: a lake of simulated ledgers; `db`: a database that has stored them all. */
const test = onPostgres
  .extend('simulated', { scope: 'file' }, async ({ filePostgres: server }, { onCleanup }) => {
    const lake = await SimLake.create({ ledgers: LEDGERS });
    onCleanup(() => lake[Symbol.asyncDispose]());
    await lake.publish(LEDGERS);
    const url = await server.createDatabase('stored');
    await migrate(url);
    await using db = connectDatabase(url, { applicationName: 'test', max: 2 });
    const range = { from: lake.first, to: lake.last };
    const source = openSource({ lake: lake.folder });
    await ingestRange({ db, source, range, networkPassphrase: undefined, onLedger }, signal);
    return { lake, range, url };
  })
  .extend('db', async ({ simulated: { url } }, { onCleanup }) => {
    const db = connectDatabase(url, { applicationName: 'test', max: 2 });
    onCleanup(() => db[Symbol.asyncDispose]());
    return db;
  });

async function inSource(folder: string): Promise<FactsOrigin> {
  const options = { decoder: new LedgerDecoder(), network: undefined };
  return await originInSource(openSource({ lake: folder }), options, signal);
}

async function inDatabase(db: Database): Promise<FactsOrigin> {
  const origin = await originInDatabase(db, signal);
  if (origin === null) throw new Error('found an empty database');
  return origin;
}

/** A facts lake of its own, with the chunks of a range. */
async function exported(origin: FactsOrigin, range: LedgerRange, ledgersPerChunk = CHUNK) {
  const folder = await lakeFolder();
  const { networkPassphrase } = origin;
  const lake = await openLake(folder, { networkPassphrase, ledgersPerChunk });
  const result = await exportRange({ lake, range, origin, replace: false, onLedger }, signal);
  return { folder, lake, result };
}

/** A database of the test's own, equal to the one at the URL. */
async function copyOf(server: PostgresServer, url: string): Promise<Database> {
  const name = `copy_${crypto.randomUUID().replaceAll('-', '')}`;
  const template = new URL(url).pathname.slice(1);
  await using admin = connectDatabase(server.url, { applicationName: 'test', max: 1 });
  await admin.run(({ sql }) => sql.unsafe(`create database ${name} template ${template}`));
  return connectDatabase(server.url.replace(/postgres$/, name), { applicationName: 'test', max: 2 });
}

/** The corridors of a range by DuckDB, as `replay --json` prints them. */
async function corridorsIn(lake: FactsLake, range: LedgerRange): Promise<unknown[]> {
  await using sql = await LakeSql.open(lake, { ...range, tables: ['payments'] }, signal);
  const rows = await sql.rows(CORRIDORS);
  return rows.map((row) => {
    const numbers = Object.entries(row).map(([name, value]) => [name, plain(name, value)]);
    return Object.fromEntries(numbers) as unknown;
  });
}

function plain(name: string, value: unknown): unknown {
  if (name === 'failures') {
    const entries = value as readonly { readonly key: string; readonly value: bigint }[];
    return Object.fromEntries(entries.map((entry) => [entry.key, Number(entry.value)]));
  }
  return name.endsWith('_stroops') ? String(value) : typeof value === 'bigint' ? Number(value) : value;
}

async function replayed(folder: string, range: LedgerRange): Promise<readonly unknown[]> {
  const ledgers = readLedgers(openSource({ lake: folder }), range, signal);
  return replayDocument(await replay(ledgers, range, onLedger)).corridors;
}

describe('a facts lake', () => {
  test('has the same bytes from the database and from a source, in whichever pieces it was exported', async ({
    simulated: { lake: source, range },
    db,
  }) => {
    const fromSource = await exported(await inSource(source.folder), range);
    const { first } = source;
    expect(fromSource.result).toStrictEqual({
      ...range,
      ledgers_per_chunk: CHUNK,
      written: 3,
      present: 0,
      not_exported: [{ from: first + 60, to: first + 69 }],
    });
    const origin = await inDatabase(db);
    const middle = { from: first + 15, to: first + 45 };
    const { folder, lake, result } = await exported(origin, middle);
    expect(result).toMatchObject({
      written: 1,
      not_exported: [
        { from: first + 15, to: first + 19 },
        { from: first + 40, to: first + 45 },
      ],
    });
    const rest = await exportRange({ lake, range, origin, replace: false, onLedger }, signal);
    expect(rest).toMatchObject({ written: 2, present: 1 });
    const files = await lakeFiles(fromSource.folder);
    expect(Object.keys(files)).toHaveLength(1 + 3 * 10);
    expect(await lakeFiles(folder)).toStrictEqual(files);
  });

  test('is not written to by a range without a whole chunk, which is an error that names one', async ({
    simulated: { range },
    db,
  }) => {
    const from = range.from + 1;
    const exporting = exported(await inDatabase(db), { from, to: from + CHUNK });
    await expect(exporting).rejects.toThrow(`e.g. --from ${range.from} --to ${range.from + CHUNK - 1}`);
  });

  test('gives the corridors of replay by DuckDB', async ({ simulated: { lake: source, range } }) => {
    const whole = { from: range.from, to: range.from + 3 * CHUNK - 1 };
    const { lake } = await exported(await inSource(source.folder), whole);
    const some = { from: range.from + 7, to: range.from + 50 };
    for (const part of [whole, some]) {
      const corridors = await replayed(source.folder, part);
      expect(corridors.length).toBeGreaterThan(5);
      expect(await corridorsIn(lake, part)).toStrictEqual(corridors);
    }
  });

  test.skipIf(realLedgersAbsent)('gives the corridors of replay by DuckDB, of real ledgers', async () => {
    const origin = await inSource(realLake);
    expect(origin.networkPassphrase).toBe(PUBNET);
    for (const range of [
      { from: 30_822_015, to: 30_822_019 },
      { from: 53_312_000, to: 53_312_000 },
    ]) {
      const { lake } = await exported(origin, range, range.to - range.from + 1);
      expect(await corridorsIn(lake, range)).toStrictEqual(await replayed(realLake, range));
    }
  });
});

describe('the exporter of the worker', () => {
  test('writes whole chunks to a bucket, oldest first, and those that a backfill completes later; and says what it leaves out', async ({
    simulated: { lake: source, url },
    filePostgres: server,
  }) => {
    await using db = await copyOf(server, url);
    const chunkAt = (place: number): number => source.first + 10 * place;
    const gap = { from: chunkAt(2) + 3, to: chunkAt(2) + 4 };
    await db.run(({ sql }) => sql`insert into ledger_gaps (first, last) values (${gap.from}, ${gap.to})`);
    await db.run(({ sql }) => sql`update ledgers set facts_version = 2 where sequence = ${chunkAt(3) + 5}`);

    await using bucket = await S3Server.start();
    const config = factsLakeConfig(bucket.env('lake'));
    if (config === null) throw new TypeError('found no configuration');
    await using store = openObjectStore(config);
    const settings = { networkPassphrase: source.passphrase, ledgersPerChunk: 10 };
    const lake = await FactsLake.create(store, settings, signal);
    const written = async () => {
      const chunks = await Array.fromAsync(lake.chunks({}, signal));
      return chunks.map(({ first }) => (first - source.first) / 10);
    };
    const waits: string[] = [];
    const health = {
      progressed: async () => undefined,
      failed: async () => undefined,
      waits: async ({ waitingFor }: { waitingFor: string | null }) => void waits.push(waitingFor ?? ''),
    };
    const clock = { ...systemClock, sleep: async () => undefined };
    const log = createLog({ name: 'test', level: 'silent' });
    const metrics = new ExportMetrics(new Registry());
    await using exporter = new ChunkExporter({ db, config, health, metrics, log, clock }, signal);
    const untilItWaits = async () => {
      for (waits.length = 0; waits.length === 0;) await exporter.step();
      return waits[0];
    };

    await exporter.step();
    expect(await written()).toStrictEqual([0]);
    expect(await untilItWaits()).toBe(
      `ledger ${chunkAt(8) - 1}, with which ledgers ${chunkAt(7)} to ${chunkAt(8) - 1} can be exported; ` +
        `1 chunk(s) are left out, the first from ledger ${chunkAt(3)}: export them from a source of ledgers`,
    );
    expect(await written()).toStrictEqual([0, 1, 4, 5, 6]);
    const mark = () => db.run(listLakeMarks);
    expect(await mark()).toStrictEqual([{ url: store.name, completeBefore: chunkAt(7) }]);

    await transaction(db, (tx) => fillGap(tx, gap));
    expect(await mark()).toMatchObject([{ completeBefore: gap.from }]);
    await untilItWaits();
    expect(await written()).toStrictEqual([0, 1, 2, 4, 5, 6]);
    expect(await mark()).toMatchObject([{ completeBefore: chunkAt(7) }]);
  });

  test('tries a chunk again that the lake did not take, after pauses that grow, and reports no progress until it is written', async ({
    simulated: { lake: source },
    db,
  }) => {
    const folder = await lakeFolder();
    const config = factsLakeConfig({ FACTS_LAKE_URL: urlOf(folder) });
    if (config === null) throw new TypeError('found no configuration');
    await openLake(folder, { networkPassphrase: source.passphrase, ledgersPerChunk: CHUNK });
    const manifest = join(folder, 'manifests', `${source.first}`.padStart(10, '0') + '.json');
    const failures: unknown[] = [];
    const pauses: number[] = [];
    let progress = 0;
    const health = {
      progressed: async () => void progress++,
      failed: async (error: unknown) => void failures.push(error),
      waits: async () => undefined,
    };
    const sleep = async (ms: number) => {
      pauses.push(ms);
      if (pauses.length === 3) await writeFile(manifest, original);
    };
    const clock = { ...systemClock, random: () => 1, sleep };
    const log = createLog({ name: 'test', level: 'silent' });
    const metrics = new ExportMetrics(new Registry());
    await using exporter = new ChunkExporter({ db, config, health, metrics, log, clock }, signal);
    await exporter.step();
    const original = await readFile(manifest, 'utf8');
    const altered: unknown = { ...(JSON.parse(original) as object), last_hash: '0'.repeat(64) };
    await writeFile(manifest, JSON.stringify(altered));

    progress = 0;
    await exporter.step();
    expect(failures).toMatchObject(Array.from({ length: 3 }, () => ({ code: 'chain_broken' })));
    expect(pauses).toStrictEqual([2000, 4000, 8000]);
    // Of the first attempt, and of the chunk.
    expect(progress).toBe(CHUNK + 1);
    expect(await chunksIn(folder)).toBe(2);
  });
});

describe('verify', () => {
  const verified = async (db: Database, source: SimLake, range: LedgerRange, lake: FactsLake) => {
    const options = { db, range, lake, networkPassphrase: undefined, onLedger };
    return await verifyRange({ ...options, source: openSource({ lake: source.folder }) }, signal);
  };

  test('finds a lake that was exported equal to its source, and the chunks that are missing', async ({
    simulated: { lake: source, range },
    db,
  }) => {
    const { folder, lake } = await exported(await inDatabase(db), range);
    expect(await verified(db, source, range, lake)).toMatchObject({
      equal: true,
      facts_lake: { chunks: 3, missing: [], differences: [] },
    });
    await rm(join(folder, 'manifests', `${range.from + CHUNK}`.padStart(10, '0') + '.json'));
    expect(await chunksIn(folder)).toBe(2);
    expect(await verified(db, source, range, lake)).toMatchObject({
      equal: false,
      differences: [],
      facts_lake: {
        chunks: 2,
        missing: [{ from: range.from + CHUNK, to: range.from + 2 * CHUNK - 1 }],
        differences: [],
      },
    });
  });

  test('finds a fact of the lake that the source does not have, and a file that its manifest does not describe', async ({
    simulated: { lake: source, range },
    db,
  }) => {
    const { folder, lake } = await exported(await inDatabase(db), range);
    const chunk = lake.chunkOf(range.from);
    const read = readChunk(lake, chunk, signal);
    const facts: LedgerFacts[] = [];
    for await (const ledger of read) facts.push(ledger);
    const [altered] = facts.flatMap(({ payments }) => payments);
    const changed = facts.map((ledger) => ({
      ...ledger,
      payments: ledger.payments.map((payment) =>
        payment === altered ? { ...payment, isSelfPayment: !payment.isSelfPayment } : payment,
      ),
    }));
    await writeChunk(lake, chunk, values(changed), { factsVersion: 3 }, signal);
    await appendFile(join(folder, 'trades', `${range.from + CHUNK}`.padStart(10, '0') + '.parquet'), 'x');
    const { equal, differences, facts_lake: inLake } = await verified(db, source, range, lake);
    expect({ equal, differences }).toStrictEqual({ equal: false, differences: [] });
    expect(inLake?.differences).toMatchObject([
      {
        table: 'payments',
        key: { operation_id: String(altered?.operationId) },
        column: 'is_self_payment',
        stored: !altered?.isSelfPayment,
        recomputed: altered?.isSelfPayment,
      },
      { table: 'chunk', key: { first_ledger: range.from + CHUNK, last_ledger: range.from + 2 * CHUNK - 1 } },
    ]);
  });
});

async function* values(facts: readonly LedgerFacts[]): AsyncGenerator<LedgerFacts> {
  yield* facts;
}
