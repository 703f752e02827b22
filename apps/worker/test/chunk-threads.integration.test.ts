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

const CHUNK = 20;
const CHUNKS = 3;
const never = new AbortController().signal;
const quietly = { stopping: never, signal: never, onBatch: () => undefined };

interface Setting {
  readonly db: Database;
  readonly chunks: readonly Chunk[];
  readonly threads: (other?: Partial<ChunkThreadsOptions>) => ChunkThreads;
  readonly decoded: Partial<Record<DecodeOutcome, number>>;
}

/** A database that holds the newest ledgers of a lake, and a backfill of the others: a chunk for each test. */
const test = onServers.extend(
  'setting',
  { scope: 'file' },
  async ({ filePostgres }, { onCleanup }): Promise<Setting> => {
    const url = await filePostgres.createDatabase('chunks');
    await migrate(url);
    const missing = CHUNKS * CHUNK;
    const lake = await SimLake.create({ ledgers: missing + 5 });
    await lake.publish(missing + 5);
    const db = connectDatabase(url, { applicationName: 'test', max: 2 });
    onCleanup(async () => {
      await db[Symbol.asyncDispose]();
      await lake[Symbol.asyncDispose]();
    });
    const source = openSource({ lake: lake.folder });
    const range = { from: lake.first + missing, to: lake.last };
    await ingestRange({ db, source, range, networkPassphrase: undefined, onLedger: () => undefined }, never);
    const asked = { first: lake.first, last: lake.first + missing - 1, chunkLedgers: CHUNK };
    const { backfill } = await createBackfill(db, asked);
    const parts = await readBackfillParts(db, backfill.id);
    const decoded: Partial<Record<DecodeOutcome, number>> = {};
    return {
      db,
      chunks: parts.flatMap(({ chunks }) => chunks.map((chunk) => ({ backfill: backfill.id, ...chunk }))),
      decoded,
      threads: (other) => {
        const threads = new ChunkThreads({
          data: { database: databaseAt(url), source: { lake: lake.folder }, decoder: 'reader' },
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
  },
);

describe('a thread', () => {
  test('loads a chunk and reports it batch by batch; a chunk that is loaded is done at once', async ({
    setting,
  }) => {
    const { db, threads, decoded } = setting;
    const [chunk] = setting.chunks as [Chunk];
    const pool = threads();
    const batches: Loaded[] = [];
    const options = { ...quietly, onBatch: (loaded: Loaded) => void batches.push(loaded) };
    const loaded = await pool.load(chunk, options);
    expect(loaded).toMatchObject({ done: true, ledgers: CHUNK });
    expect(batches.reduce((sum, { ledgers }) => sum + ledgers, 0)).toBe(CHUNK);
    expect(decoded).toEqual({ read: CHUNK - 1, compared: 1 });
    expect(await pool.load(chunk, options)).toEqual({ done: true, ledgers: 0, transactions: 0 });
    const { loadedLedgers, loadedTransactions } = (await readBackfill(db, chunk.backfill)) ?? {};
    expect({ loadedLedgers, loadedTransactions }).toEqual({
      loadedLedgers: CHUNK,
      loadedTransactions: loaded.transactions,
    });
  });

  test('that is asked to stop, or ended, leaves a chunk that another one loads', async ({ setting }) => {
    const [, chunk] = setting.chunks as [Chunk, Chunk];
    const pool = setting.threads();
    const [stopping, ended] = [new AbortController(), new AbortController()];
    const stopped = pool.load(chunk, { ...quietly, stopping: stopping.signal });
    stopping.abort();
    expect(await stopped).toEqual({ done: false, ledgers: 0, transactions: 0 });
    const cut = pool.load(chunk, { ...quietly, signal: ended.signal });
    ended.abort(new Error('out of time'));
    await expect(cut).rejects.toThrow('out of time');
    expect(await pool.load(chunk, quietly)).toMatchObject({ done: true, ledgers: CHUNK });
  });

  test('that dies is an error of its chunk, as is what it throws; the process goes on', async ({
    setting,
  }) => {
    const [, , chunk] = setting.chunks as [Chunk, Chunk, Chunk];
    const dying = setting.threads({ heapMegabytes: 4 });
    await expect(dying.load(chunk, quietly)).rejects.toMatchObject({
      code: 'backfill_thread_ended',
      retryable: true,
    });
    const pool = setting.threads();
    const unknown = { ...chunk, backfill: '00000000-0000-4000-8000-000000000000' };
    await expect(pool.load(unknown, quietly)).rejects.toMatchObject({
      code: 'backfill_ended',
      retryable: false,
    });
    expect(await pool.load(chunk, quietly)).toMatchObject({ done: true, ledgers: CHUNK });
  });
});
