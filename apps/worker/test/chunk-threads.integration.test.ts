import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { createBackfill, readBackfill, readBackfillParts } from '@stellar-insights/db/backfill';
import { databaseAt } from '@stellar-insights/db/config';
import { test as onServers } from '@stellar-insights/devstack/vitest';
import { systemClock } from '@stellar-insights/lifecycle';
import { openSource, type DecodeOutcome } from '@stellar-insights/ledger/sources';
import { SimLake } from '@stellar-insights/simnet/testing';
import { describe, expect, onTestFinished } from 'vitest';
import { ChunkThreads, type ChunkThreadsOptions } from '../src/backfill/chunk-threads.ts';
import type { Chunk, Loaded } from '../src/backfill/chunk.ts';
import { ingestRange } from '../src/ingestion/ingest-range.ts';

const LEDGERS = 60;
const CHUNK = 50;
const never = new AbortController().signal;

interface Setting {
  readonly db: Database;
  readonly chunk: Chunk;
  readonly threads: (other?: Partial<ChunkThreadsOptions>) => ChunkThreads;
  readonly decoded: Partial<Record<DecodeOutcome, number>>;
}

/** A database that holds the newest ledgers of a lake, and a backfill of the others: one chunk. */
const test = onServers.extend('setting', async ({ database }): Promise<Setting> => {
  await database.empty();
  await migrate(database.url);
  const lake = await SimLake.create({ ledgers: LEDGERS });
  await lake.publish(LEDGERS);
  const db = connectDatabase(database.url, { applicationName: 'test', max: 2 });
  onTestFinished(async () => {
    await db[Symbol.asyncDispose]();
    await lake[Symbol.asyncDispose]();
  });
  const source = openSource({ lake: lake.folder });
  const range = { from: lake.first + CHUNK, to: lake.last };
  await ingestRange({ db, source, range, networkPassphrase: undefined, onLedger: () => undefined }, never);
  const asked = { first: lake.first, last: lake.first + CHUNK - 1 };
  const { backfill } = await createBackfill(db, asked);
  const decoded: Partial<Record<DecodeOutcome, number>> = {};
  return {
    db,
    chunk: { backfill: backfill.id, ...asked },
    decoded,
    threads: (other) => {
      const threads = new ChunkThreads({
        data: { database: databaseAt(database.url), source: { lake: lake.folder }, decoder: 'reader' },
        clock: systemClock,
        onDecoded: (counts) => {
          for (const [outcome, count] of Object.entries(counts) as [DecodeOutcome, number][]) {
            decoded[outcome] = (decoded[outcome] ?? 0) + count;
          }
        },
        onRemark: () => undefined,
        ...other,
      });
      onTestFinished(() => threads.close({ signal: never, deadline: 0, remaining: () => 5000 }));
      return threads;
    },
  };
});

describe('a thread', () => {
  test('loads a chunk and reports it batch by batch; a chunk that is loaded is done at once', async ({
    setting,
  }) => {
    const { db, chunk, threads, decoded } = setting;
    const pool = threads();
    const batches: Loaded[] = [];
    const options = {
      stopping: never,
      signal: never,
      onBatch: (loaded: Loaded) => void batches.push(loaded),
    };
    const loaded = await pool.load(chunk, options);
    expect(loaded).toMatchObject({ done: true, ledgers: CHUNK });
    expect(batches.reduce((sum, { ledgers }) => sum + ledgers, 0)).toBe(CHUNK);
    expect(decoded).toEqual({ read: CHUNK - 1, compared: 1 });
    expect(await pool.load(chunk, options)).toEqual({ done: true, ledgers: 0, transactions: 0 });
    expect(await readBackfillParts(db, chunk.backfill)).toMatchObject([{ chunks: [] }]);
    const { loadedTransactions } = (await readBackfill(db, chunk.backfill)) ?? {};
    expect(loadedTransactions).toBe(loaded.transactions);
  });

  test('that is asked to stop, or ended, leaves a chunk that another one loads', async ({ setting }) => {
    const { chunk, threads } = setting;
    const pool = threads();
    const [stopping, ended] = [new AbortController(), new AbortController()];
    const stopped = pool.load(chunk, { stopping: stopping.signal, signal: never, onBatch: () => undefined });
    stopping.abort();
    expect(await stopped).toEqual({ done: false, ledgers: 0, transactions: 0 });
    const cut = pool.load(chunk, { stopping: never, signal: ended.signal, onBatch: () => undefined });
    ended.abort(new Error('out of time'));
    await expect(cut).rejects.toThrow('out of time');
    const again = await pool.load(chunk, { stopping: never, signal: never, onBatch: () => undefined });
    expect(again).toMatchObject({ done: true, ledgers: CHUNK });
  });

  test('that dies is an error of its chunk, as is what it throws; the process goes on', async ({
    setting,
  }) => {
    const { chunk, threads } = setting;
    const options = { stopping: never, signal: never, onBatch: () => undefined };
    const dying = threads({ heapMegabytes: 4 });
    await expect(dying.load(chunk, options)).rejects.toMatchObject({
      code: 'backfill_thread_ended',
      retryable: true,
    });
    const failing = threads();
    const unknown = { ...chunk, backfill: '00000000-0000-4000-8000-000000000000' };
    await expect(failing.load(unknown, options)).rejects.toMatchObject({
      code: 'backfill_ended',
      retryable: false,
    });
    expect(await failing.load(chunk, options)).toMatchObject({ done: true });
  });
});
