import { NETWORK } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import {
  BackfillFencedError,
  BackfillIncompleteError,
  createBackfill,
  listBackfills,
  listRunningBackfills,
  loadChunk,
  publishPart,
  readBackfill,
  readBackfillParts,
  recordBackfillError,
} from '../src/backfill/index.ts';
import { readLedgerFacts } from '../src/facts/index.ts';
import { transaction } from '../src/index.ts';
import { readGaps } from '../src/ledgers/index.ts';
import { readStorageUse } from '../src/storage.ts';
import {
  createTwoParts,
  followTip,
  loadAll,
  publishAll,
  stagedTables,
  storedLedgers,
} from './backfill-steps.ts';
import { chainFrom, chainLedger, eventfulLedgers } from './backfilled-chain.ts';
import { test } from './migrated-database.ts';

const { networkPassphrase } = NETWORK;

describe('a backfill', () => {
  test('shows a partition that was not there as a whole, and others by transactions', async ({ db }) => {
    await followTip(db, 60_010, 60_012);
    const backfill = await createTwoParts(db);
    expect(backfill).toMatchObject({ state: 'running', endedAt: null, ledgers: 29, loadedLedgers: 0 });
    const [attached, staged] = await readBackfillParts(db, backfill.id);
    expect(attached).toMatchObject({
      first: 60_000,
      last: 60_009,
      chunks: [{ first: 60_000, last: 60_009 }],
    });
    expect(staged).toMatchObject({
      first: 59_981,
      last: 59_999,
      chunks: [{ last: 59_990 }, { last: 59_999 }],
    });

    await loadAll(db, backfill);
    expect(await readBackfillParts(db, backfill.id)).toMatchObject([{ chunks: [] }, { chunks: [] }]);
    expect(await readBackfill(db, backfill.id)).toMatchObject({ loadedLedgers: 29, visibleLedgers: 10 });
    expect((await storedLedgers(db)).at(0)).toBe(60_000);
    expect(await readLedgerFacts(db, chainLedger(59_999).header.sequence)).toBeNull();

    expect((await readStorageUse(db)).tables.filter(({ table }) => table.startsWith('staged'))).toHaveLength(
      1,
    );

    await publishAll(db, backfill);
    expect(await readBackfill(db, backfill.id)).toMatchObject({ state: 'done', visibleLedgers: 29 });
    expect(await readGaps(db)).toStrictEqual([]);
    expect(await stagedTables(db)).toBe(0);
    for (const facts of eventfulLedgers(59_981, 60_012)) {
      expect(await readLedgerFacts(db, facts.header.sequence)).toStrictEqual(facts);
    }
  });

  test('waits for nobody who reads or writes facts to show a partition', async ({ db }) => {
    await followTip(db, 60_010);
    const backfill = await createTwoParts(db);
    await loadAll(db, backfill);
    await transaction(db, async (reader) => {
      await reader.sql`select from payments`;
      await transaction(db, async (tip) => {
        // As a COPY does it.
        await tip.sql`lock table payments, transactions, ledgers in row exclusive mode`;
        await publishAll(db, backfill);
      });
    });
    expect(await readBackfill(db, backfill.id)).toMatchObject({ state: 'done' });
  });

  test('does nothing that it has done before', async ({ db }) => {
    await followTip(db, 60_010);
    const backfill = await createTwoParts(db);
    const [attached, staged] = await readBackfillParts(db, backfill.id);
    const chunk = { backfill: backfill.id, first: 59_981, last: 59_990 };
    const loadIt = () => loadChunk(db, chunk, { source: chainFrom });
    expect(await loadIt()).toMatchObject({ done: true, ledgers: 10 });
    expect(await loadIt()).toStrictEqual({ done: true, ledgers: 0, transactions: 0 });
    const part = { backfill: backfill.id, first: 59_981 };
    await expect(publishPart(db, part)).rejects.toThrow(BackfillIncompleteError);
    for (const { chunks } of [staged, attached].map((one) => one ?? { chunks: [] })) {
      for (const each of chunks)
        await loadChunk(db, { backfill: backfill.id, ...each }, { source: chainFrom });
    }
    const before = await readBackfill(db, backfill.id);
    await publishPart(db, part);
    await publishPart(db, part);
    await publishPart(db, { backfill: backfill.id, first: 60_000 });
    expect(await loadIt()).toStrictEqual({ done: true, ledgers: 0, transactions: 0 });
    await publishPart(db, part);
    const { loadedTransactions } = before ?? {};
    expect(await readBackfill(db, backfill.id)).toMatchObject({ state: 'done', loadedTransactions });

    const again = { first: 59_981, last: 60_009, networkPassphrase };
    expect(await createBackfill(db, again)).toMatchObject({ isNew: false, backfill: { id: backfill.id } });
    // All of it is stored.
    const within = await createBackfill(db, { ...again, first: 59_990 });
    expect(within).toMatchObject({ isNew: true, backfill: { state: 'done', ledgers: 0 } });
    expect((await listBackfills(db, { limit: 1 })).map(({ id }) => id)).toStrictEqual([within.backfill.id]);
    const older = await listBackfills(db, { limit: 5, before: within.backfill });
    expect(older.map(({ id }) => id)).toStrictEqual([backfill.id]);
    expect(await listRunningBackfills(db)).toStrictEqual([]);
  });

  test('stops after the transaction under way, and goes on there', async ({ db }) => {
    await followTip(db, 60_010);
    const { backfill } = await createBackfill(db, {
      first: 40_000,
      last: 60_009,
      networkPassphrase,
      chunkLedgers: 5000,
    });
    const chunk = { backfill: backfill.id, first: 55_000, last: 59_999 };
    const stop = new AbortController();
    const loaded = await loadChunk(db, chunk, {
      source: chainFrom,
      signal: stop.signal,
      onBatch: () => stop.abort(),
    });
    expect(loaded.done).toBe(false);
    expect(loaded.ledgers).toBeGreaterThan(0);
    expect(await readBackfill(db, backfill.id)).toMatchObject({ loadedLedgers: loaded.ledgers });
    const starts: number[] = [];
    const source = (from: number) => {
      starts.push(from);
      return chainFrom(from);
    };
    const rest = await loadChunk(db, chunk, { source });
    expect(rest).toMatchObject({ done: true, ledgers: 5000 - loaded.ledgers });
    expect(starts).toStrictEqual([55_000 + loaded.ledgers]);
  });

  test('stores a chunk once if two workers load it', async ({ db }) => {
    await followTip(db, 60_010);
    const backfill = await createTwoParts(db);
    const chunk = { backfill: backfill.id, first: 60_000, last: 60_009 };
    const both = await Promise.allSettled([1, 2].map(() => loadChunk(db, chunk, { source: chainFrom })));
    const refused = both.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    for (const error of refused) expect(error).toBeInstanceOf(BackfillFencedError);
    expect(await storedLedgers(db)).toStrictEqual(Array.from({ length: 11 }, (_, place) => 60_000 + place));
  });

  test('says what it has loaded of late, and what keeps it from going on until it does', async ({ db }) => {
    await followTip(db, 60_010);
    const backfill = await createTwoParts(db);
    expect(backfill).toMatchObject({ recent: null, error: null });
    const source = () => {
      throw new TypeError('a fault');
    };
    const chunk = { backfill: backfill.id, first: 59_981, last: 59_990 };
    const error = await loadChunk(db, chunk, { source }).catch((reason: unknown) => reason);
    await recordBackfillError(db, backfill.id, error);
    expect(await listRunningBackfills(db)).toMatchObject([
      { id: backfill.id, error: { code: 'TypeError', message: 'a fault' } },
    ]);
    await loadChunk(db, chunk, { source: chainFrom });
    const { error: none, recent } = (await readBackfill(db, backfill.id)) ?? {};
    expect(none).toBeNull();
    expect(recent).toMatchObject({ ledgers: 10 });
    expect(recent?.ms).toBeGreaterThan(0);
  });
});
