import { NETWORK } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import {
  BackfillOverlapError,
  BackfillRangeError,
  cancelBackfill,
  createBackfill,
  loadChunk,
  publishPart,
  readBackfill,
} from '../src/backfill/index.ts';
import { NetworkMismatchError, readGaps } from '../src/ledgers/index.ts';
import { createTwoParts, followTip, loadAll, storedLedgers } from './backfill-steps.ts';
import { chainFrom, chainLedger, forkFrom } from './backfilled-chain.ts';
import { test } from './migrated-database.ts';

const { networkPassphrase } = NETWORK;

describe('a backfill', () => {
  test('shows nothing of a fork', async ({ db }) => {
    await followTip(db, 60_010);
    const backfill = await createTwoParts(db);
    const broken = { code: 'chain_broken' };
    // The next ledger is stored already, and names another hash.
    const last = { backfill: backfill.id, first: 60_000, last: 60_009 };
    await expect(loadChunk(db, last, { source: forkFrom })).rejects.toMatchObject(broken);
    await expect(
      loadChunk(db, last, {
        source: (from) => chainFrom(from, (sequence) => chainLedger(sequence, `${sequence > 60_004}`)),
      }),
    ).rejects.toMatchObject(broken);
    expect(await storedLedgers(db)).toStrictEqual([60_010]);
    await loadChunk(db, last, { source: chainFrom });
    // One of two chunks is of another chain.
    await loadChunk(db, { backfill: backfill.id, first: 59_981, last: 59_990 }, { source: forkFrom });
    await loadChunk(db, { backfill: backfill.id, first: 59_991, last: 59_999 }, { source: chainFrom });
    const part = { backfill: backfill.id, first: 59_981 };
    await expect(publishPart(db, part)).rejects.toMatchObject(broken);
    await cancelBackfill(db, backfill.id);
    // Both are.
    const second = await createTwoParts(db);
    await loadAll(db, second, forkFrom);
    await expect(publishPart(db, { ...part, backfill: second.id })).rejects.toMatchObject(broken);
    expect((await storedLedgers(db)).at(0)).toBe(60_000);
    expect(await readGaps(db)).toStrictEqual([]);
  });

  test('stores nothing that retention would drop', async ({ db }) => {
    await followTip(db, 60_010);
    const backfill = await createTwoParts(db);
    const chunk = { backfill: backfill.id, first: 59_981, last: 59_990 };
    // The tip closed 100 to 145 seconds after its ledgers.
    const minute = 1 / 24 / 60;
    const loadKept = (days: number) => loadChunk(db, chunk, { source: chainFrom, retentionDays: days });
    await expect(loadKept(minute)).rejects.toThrow(BackfillRangeError);
    expect(await readBackfill(db, backfill.id)).toMatchObject({ loadedLedgers: 0 });
    expect(await loadKept(2 * minute)).toMatchObject({ done: true });
  });

  test('shows nothing that retention has passed meanwhile', async ({ db }) => {
    await followTip(db, 60_010);
    const backfill = await createTwoParts(db);
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
    await followTip(db, 60_010);
    const backfill = await createTwoParts(db);
    const chunk = { backfill: backfill.id, first: 60_000, last: 60_009 };
    async function* few() {
      yield* [chainLedger(60_000), chainLedger(60_001)];
    }
    for (const source of [few, () => chainFrom(60_001)]) {
      await expect(loadChunk(db, chunk, { source })).rejects.toMatchObject({ code: 'ledger_missing' });
    }
  });
});

test('a range is refused that cannot be backfilled', async ({ db }) => {
  const ask = (first: number, last: number, passphrase = networkPassphrase) =>
    createBackfill(db, { first, last, networkPassphrase: passphrase });
  await expect(ask(1, 2)).rejects.toThrow(BackfillRangeError);
  await followTip(db, 60_010);
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
