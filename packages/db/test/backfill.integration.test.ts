import { TableLock } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { NETWORK } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import {
  BackfillEndedError,
  BackfillFencedError,
  BackfillIncompleteError,
  BackfillOverlapError,
  BackfillRangeError,
  cancelBackfill,
  createBackfill,
  dropCancelled,
  listBackfills,
  listRunningBackfills,
  loadChunk,
  publishPart,
  readBackfill,
  readBackfillParts,
  recordBackfillError,
  type Backfill,
} from '../src/backfill/index.ts';
import { readLedgerFacts } from '../src/facts/index.ts';
import { transaction, TransactionConflictError, type Database } from '../src/index.ts';
import { NetworkMismatchError, readGaps } from '../src/ledgers/index.ts';
import { readStorageUse } from '../src/storage.ts';
import { chainFrom, chainLedger, eventfulLedgers } from './backfilled-chain.ts';
import { commit } from './commit.ts';
import { test } from './migrated-database.ts';

const { networkPassphrase } = NETWORK;

/** The tip. */
async function follow(db: Database, first: number, last = first): Promise<void> {
  for (let sequence = first; sequence <= last; sequence++) await commit(db, chainLedger(sequence));
}

/** A partition, and a part of the one before, that are not there: 59,981 to 60,009. */
async function create(db: Database): Promise<Backfill> {
  const range = { first: 59_981, last: 60_009 };
  const { backfill } = await createBackfill(db, { ...range, networkPassphrase, chunkLedgers: 10 });
  return backfill;
}

const fork = (from: number) => chainFrom(from, (sequence) => chainLedger(sequence, 'another'));

async function load(db: Database, { id }: Backfill, source = chainFrom): Promise<void> {
  for (const { chunks } of await readBackfillParts(db, id)) {
    for (const chunk of chunks) await loadChunk(db, { backfill: id, ...chunk }, { source });
  }
}

async function publish(db: Database, { id }: Backfill): Promise<void> {
  for (const { first } of await readBackfillParts(db, id)) await publishPart(db, { backfill: id, first });
}

async function stagedTables(db: Database): Promise<number> {
  const [row] = await db.run(
    ({ sql }) => sql<{ count: number }[]>`
      select count(*)::int4 as count from pg_class where relkind = 'r' and relname like 'staged%'`,
  );
  return row?.count ?? 0;
}

async function storedLedgers(db: Database): Promise<number[]> {
  const rows = await db.run(
    ({ sql }) => sql<{ sequence: number }[]>`select sequence::float8 as sequence from ledgers order by 1`,
  );
  return rows.map(({ sequence }) => sequence);
}

describe('a backfill', () => {
  test('shows a partition that was not there as a whole, and others by transactions', async ({ db }) => {
    await follow(db, 60_010, 60_012);
    const backfill = await create(db);
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

    await load(db, backfill);
    expect(await readBackfillParts(db, backfill.id)).toMatchObject([{ chunks: [] }, { chunks: [] }]);
    expect(await readBackfill(db, backfill.id)).toMatchObject({ loadedLedgers: 29, visibleLedgers: 10 });
    expect((await storedLedgers(db)).at(0)).toBe(60_000);
    expect(await readLedgerFacts(db, chainLedger(59_999).header.sequence)).toBeNull();

    expect((await readStorageUse(db)).tables.filter(({ table }) => table.startsWith('staged'))).toHaveLength(
      1,
    );

    await publish(db, backfill);
    expect(await readBackfill(db, backfill.id)).toMatchObject({ state: 'done', visibleLedgers: 29 });
    expect(await readGaps(db)).toStrictEqual([]);
    expect(await stagedTables(db)).toBe(0);
    for (const facts of eventfulLedgers(59_981, 60_012)) {
      expect(await readLedgerFacts(db, facts.header.sequence)).toStrictEqual(facts);
    }
  });

  test('waits for nobody who reads or writes facts to show a partition', async ({ db }) => {
    await follow(db, 60_010);
    const backfill = await create(db);
    await load(db, backfill);
    await transaction(db, async (reader) => {
      await reader.sql`select from payments`;
      await transaction(db, async (tip) => {
        // As a COPY does it.
        await tip.sql`lock table payments, transactions, ledgers in row exclusive mode`;
        await publish(db, backfill);
      });
    });
    expect(await readBackfill(db, backfill.id)).toMatchObject({ state: 'done' });
  });

  test('does nothing that it has done before', async ({ db }) => {
    await follow(db, 60_010);
    const backfill = await create(db);
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
    await follow(db, 60_010);
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
    await follow(db, 60_010);
    const backfill = await create(db);
    const chunk = { backfill: backfill.id, first: 60_000, last: 60_009 };
    const both = await Promise.allSettled([1, 2].map(() => loadChunk(db, chunk, { source: chainFrom })));
    const refused = both.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    for (const error of refused) expect(error).toBeInstanceOf(BackfillFencedError);
    expect(await storedLedgers(db)).toStrictEqual(Array.from({ length: 11 }, (_, place) => 60_000 + place));
  });

  test('shows nothing of a fork', async ({ db }) => {
    await follow(db, 60_010);
    const backfill = await create(db);
    const broken = { code: 'chain_broken' };
    // The next ledger is stored already, and names another hash.
    const last = { backfill: backfill.id, first: 60_000, last: 60_009 };
    await expect(loadChunk(db, last, { source: fork })).rejects.toMatchObject(broken);
    await expect(
      loadChunk(db, last, {
        source: (from) => chainFrom(from, (sequence) => chainLedger(sequence, `${sequence > 60_004}`)),
      }),
    ).rejects.toMatchObject(broken);
    expect(await storedLedgers(db)).toStrictEqual([60_010]);
    await loadChunk(db, last, { source: chainFrom });
    // One of two chunks is of another chain.
    await loadChunk(db, { backfill: backfill.id, first: 59_981, last: 59_990 }, { source: fork });
    await loadChunk(db, { backfill: backfill.id, first: 59_991, last: 59_999 }, { source: chainFrom });
    const part = { backfill: backfill.id, first: 59_981 };
    await expect(publishPart(db, part)).rejects.toMatchObject(broken);
    await cancelBackfill(db, backfill.id);
    // Both are.
    const second = await create(db);
    await load(db, second, fork);
    await expect(publishPart(db, { ...part, backfill: second.id })).rejects.toMatchObject(broken);
    expect((await storedLedgers(db)).at(0)).toBe(60_000);
    expect(await readGaps(db)).toStrictEqual([]);
  });

  test('stores nothing that retention would drop', async ({ db }) => {
    await follow(db, 60_010);
    const backfill = await create(db);
    const chunk = { backfill: backfill.id, first: 59_981, last: 59_990 };
    // The tip closed 100 to 145 seconds after its ledgers.
    const minute = 1 / 24 / 60;
    const loadKept = (days: number) => loadChunk(db, chunk, { source: chainFrom, retentionDays: days });
    await expect(loadKept(minute)).rejects.toThrow(BackfillRangeError);
    expect(await readBackfill(db, backfill.id)).toMatchObject({ loadedLedgers: 0 });
    expect(await loadKept(2 * minute)).toMatchObject({ done: true });
  });

  test('shows nothing that retention has passed meanwhile', async ({ db }) => {
    await follow(db, 60_010);
    const backfill = await create(db);
    await loadChunk(db, { backfill: backfill.id, first: 59_981, last: 59_990 }, { source: chainFrom });
    await loadChunk(db, { backfill: backfill.id, first: 59_991, last: 59_999 }, { source: chainFrom });
    await db.run(({ sql }) => sql`update retention_horizon set facts_from = 60005`);
    const attached = { backfill: backfill.id, first: 60_000, last: 60_009 };
    const passed = 'none before ledger 60005';
    await expect(loadChunk(db, attached, { source: chainFrom })).rejects.toThrow(passed);
    await expect(publishPart(db, { backfill: backfill.id, first: 59_981 })).rejects.toThrow(passed);
    expect(await storedLedgers(db)).toStrictEqual([60_010]);
  });

  test('needs a source with all of its ledgers', async ({ db }) => {
    await follow(db, 60_010);
    const backfill = await create(db);
    const chunk = { backfill: backfill.id, first: 60_000, last: 60_009 };
    async function* few() {
      yield* [chainLedger(60_000), chainLedger(60_001)];
    }
    for (const source of [few, () => chainFrom(60_001)]) {
      await expect(loadChunk(db, chunk, { source })).rejects.toMatchObject({ code: 'ledger_missing' });
    }
  });

  test('that is cancelled leaves only what is visible, and can be asked for again', async ({ db }) => {
    await follow(db, 60_010);
    const backfill = await create(db);
    await load(db, backfill);
    await recordBackfillError(db, backfill.id, new TypeError('a fault'));
    expect(await listRunningBackfills(db)).toMatchObject([
      { id: backfill.id, error: { message: 'a fault' } },
    ]);
    const cancelled = await cancelBackfill(db, backfill.id);
    expect(cancelled).toMatchObject({ state: 'cancelled', loadedLedgers: 10, visibleLedgers: 10 });
    expect(await stagedTables(db)).toBe(0);
    const ref = { backfill: backfill.id, first: 59_981 };
    await expect(loadChunk(db, { ...ref, last: 59_990 }, { source: chainFrom })).rejects.toThrow(
      BackfillEndedError,
    );
    await expect(publishPart(db, ref)).rejects.toThrow(BackfillEndedError);
    const second = await create(db);
    expect(second).toMatchObject({ state: 'running', ledgers: 19, error: null });
    await load(db, second);
    // It drops nothing of the new one.
    await cancelBackfill(db, backfill.id);
    await publish(db, second);
    expect(await readBackfill(db, second.id)).toMatchObject({ state: 'done' });
    expect(await readBackfill(db, '00000000-0000-4000-8000-000000000000')).toBeNull();
  });

  test('gives up the index under way when it is told to, and goes on with it later', async ({ db, url }) => {
    await follow(db, 60_010);
    const backfill = await create(db);
    await load(db, backfill);
    const part = { backfill: backfill.id, first: 59_981 };
    const cancel = new AbortController();
    const lock = await TableLock.take(url, 'staged_payments_40000');
    const publishing = publishPart(db, part, { cancel: cancel.signal });
    publishing.catch(() => undefined);
    await eventually(async () => {
      const waiting = await db.run(
        ({ sql }) =>
          sql`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%staged_payments%'`,
      );
      expect(waiting).toHaveLength(1);
    });
    cancel.abort(new Error('out of time'));
    await expect(publishing).rejects.toThrow('out of time');
    await lock[Symbol.asyncDispose]();
    expect(await publishPart(db, part)).toStrictEqual({ ledgers: 19 });
  });

  test('that is cancelled while its tables are in use leaves them to be dropped later', async ({ db }) => {
    await follow(db, 60_010);
    const backfill = await create(db);
    await load(db, backfill);
    expect(await dropCancelled(db)).toBe(0);
    const cancelled = transaction(db, async ({ sql }) => {
      await sql`select from staged_payments_40000`;
      await expect(cancelBackfill(db, backfill.id)).rejects.toThrow(TransactionConflictError);
      await expect(create(db)).rejects.toThrow(TransactionConflictError);
    });
    await cancelled;
    expect(await readBackfill(db, backfill.id)).toMatchObject({ state: 'cancelled', loadedLedgers: 10 });
    expect(await dropCancelled(db)).toBe(1);
    expect(await stagedTables(db)).toBe(0);
  });

  test('says what it has loaded of late, and what keeps it from going on until it does', async ({ db }) => {
    await follow(db, 60_010);
    const backfill = await create(db);
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

test('a range is refused that cannot be backfilled', async ({ db }) => {
  const ask = (first: number, last: number, passphrase = networkPassphrase) =>
    createBackfill(db, { first, last, networkPassphrase: passphrase });
  await expect(ask(1, 2)).rejects.toThrow(BackfillRangeError);
  await follow(db, 60_010);
  await expect(ask(0, 5)).rejects.toThrow(BackfillRangeError);
  await expect(ask(7, 6)).rejects.toThrow(BackfillRangeError);
  await expect(ask(60_000, 60_011)).rejects.toThrow('none after ledger 60010');
  await expect(ask(1, 2, 'Another Network')).rejects.toThrow(NetworkMismatchError);
  const { backfill } = await ask(50_000, 50_010);
  const overlapping = await ask(40_000, 40_001).catch((error: unknown) => error);
  expect(overlapping).toBeInstanceOf(BackfillOverlapError);
  expect(overlapping).toMatchObject({ id: backfill.id });
  await ask(39_000, 39_999);
  await db.run(({ sql }) => sql`update retention_horizon set facts_from = 20000`);
  await expect(ask(19_999, 20_001)).rejects.toThrow('none before ledger 20000');
});
