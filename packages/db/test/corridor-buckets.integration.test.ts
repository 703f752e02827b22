import { BUCKET_MS } from '@stellar-insights/analytics';
import type { LedgerFacts, Stroops } from '@stellar-insights/ledger';
import { createNetwork } from '@stellar-insights/simnet';
import { describe, expect } from 'vitest';
import { connectDatabase, type Database } from '../src/index.ts';
import { syncCorridorBuckets } from '../src/corridors/index.ts';
import { insertRows, prepareFacts } from '../src/facts/insert-facts.ts';
import { recomputeBuckets } from '../src/corridors/sync-buckets.ts';
import { transaction } from '../src/transaction.ts';
import { test } from './migrated-database.ts';
import { commit } from './commit.ts';
import { expectedRows, storedRows } from './tier-rows.ts';
import { firstOf, NETWORK, simulatedLedgers } from '@stellar-insights/simnet/testing';

// Half a minute apart, so that a bucket holds ten ledgers.
const ledgers = simulatedLedgers(45, { closeIntervalMs: 30_000 });

describe('the corridor buckets', () => {
  test('equal those that analytics computes from the facts', async ({ db }) => {
    for (const facts of ledgers) await commit(db, facts);
    const wanted = bucketsOf(ledgers);
    expect(await syncCorridorBuckets(db, { limit: 100 })).toStrictEqual({
      buckets: wanted.length,
      remaining: false,
    });
    expect(await storedBuckets(db)).toStrictEqual(wanted);
    expect(await marks(db)).toBe(0);
  });

  test('equal the counts of the simulated network', async ({ db }) => {
    const network = createNetwork({
      seed: 'truth',
      passphrase: NETWORK.networkPassphrase,
      startLedger: 1000,
      startTime: Date.UTC(2026, 0, 1),
      closeIntervalMs: 60_000,
    });
    for (let count = 0; count < 15; count++) await commit(db, network.closeLedger().truth);
    await syncCorridorBuckets(db, { limit: 100 });
    const stored = await storedBuckets(db);
    for (const truth of network.buckets()) {
      const of = stored.filter(
        ({ bucketStart, sourceAsset, destAsset }) =>
          bucketStart === truth.start && sourceAsset === truth.sourceAsset && destAsset === truth.destAsset,
      );
      const self = of.filter(({ isSelf }) => isSelf);
      expect(sum(of, ({ attempts }) => BigInt(attempts))).toBe(BigInt(truth.attempted));
      expect(sum(of, ({ successes }) => BigInt(successes))).toBe(BigInt(truth.succeeded));
      expect(sum(of, ({ delivered }) => delivered)).toBe(truth.deliveredStroops);
      expect(sum(self, ({ attempts }) => BigInt(attempts))).toBe(BigInt(truth.selfAttempted));
      expect(sum(self, ({ delivered }) => delivered)).toBe(truth.selfDeliveredStroops);
    }
    expect(sum(stored, ({ attempts }) => BigInt(attempts))).toBe(
      sum(network.buckets(), ({ attempted }) => BigInt(attempted)),
    );
  });

  test('are computed again if later ledgers have touched them, and only then', async ({ db }) => {
    for (const facts of ledgers.slice(0, 25)) await commit(db, facts);
    await syncCorridorBuckets(db, { limit: 100 });
    for (const facts of ledgers.slice(25, 28)) await commit(db, facts);
    const touched = bucketsOf(ledgers.slice(25, 28)).map(({ bucketStart }) => bucketStart);
    const wanted = bucketsOf(ledgers.slice(0, 28));
    const { buckets } = await syncCorridorBuckets(db, { limit: 100 });
    expect(buckets).toBeLessThanOrEqual(
      wanted.filter(({ bucketStart }) => touched.includes(bucketStart)).length,
    );
    expect(await storedBuckets(db)).toStrictEqual(wanted);
  });

  test('are not written when nothing has changed', async ({ db }) => {
    await commit(db, firstOf(ledgers));
    await syncCorridorBuckets(db, { limit: 100 });
    expect(await syncCorridorBuckets(db, { limit: 100 })).toStrictEqual({ buckets: 0, remaining: false });
  });

  test('are computed newest first, as many intervals at a time as the limit allows', async ({ db }) => {
    for (const facts of ledgers) await commit(db, facts);
    const wanted = bucketsOf(ledgers);
    const newest = Math.max(...wanted.map(({ bucketStart }) => bucketStart));
    expect((await syncCorridorBuckets(db, { limit: 1 })).remaining).toBe(true);
    expect(await storedBuckets(db)).toStrictEqual(wanted.filter(({ bucketStart }) => bucketStart === newest));
    while ((await syncCorridorBuckets(db, { limit: 1 })).remaining);
    expect(await storedBuckets(db)).toStrictEqual(wanted);
  });

  test('hold sums beyond int64', async ({ db }) => {
    const most = (2n ** 63n - 1n) as Stroops;
    const ledger = firstOf(ledgers);
    const rich: LedgerFacts = {
      ...ledger,
      payments: ledger.payments.map((fact) => ({ ...fact, deliveredAmount: fact.deliveredAmount && most })),
    };
    await commit(db, rich);
    await syncCorridorBuckets(db, { limit: 100 });
    const stored = await storedBuckets(db);
    expect(stored).toStrictEqual(bucketsOf([rich]));
    expect(stored.some(({ delivered }) => delivered > most)).toBe(true);
  });

  test('miss no ledger that is committed while they are computed', async ({ db }) => {
    const [first, second] = ledgers as [LedgerFacts, LedgerFacts];
    await commit(db, first);
    await transaction(
      db,
      async (tx) => {
        // The snapshot is taken; what is committed from here on is not in it.
        await tx.sql`select from ledgers`;
        await commit(db, second);
        for (const { bucketStart } of bucketsOf([first, second])) {
          await recomputeBuckets(tx, new Date(bucketStart).toISOString());
        }
      },
      { isolation: 'repeatable read' },
    );
    expect(await storedBuckets(db)).toStrictEqual(bucketsOf([first]));
    expect(await marks(db)).toBeGreaterThan(0);
    await syncCorridorBuckets(db, { limit: 100 });
    expect(await storedBuckets(db)).toStrictEqual(bucketsOf([first, second]));
  });

  test('are right if two processes compute them while ledgers are committed', async ({ db, url }) => {
    await using rival = connectDatabase(url, { applicationName: 'rival' });
    const ingested = new AbortController();
    const syncs = [db, rival].map(async (pool) => {
      while (!ingested.signal.aborted) await syncCorridorBuckets(pool, { limit: 10 }).catch(expectConflict);
    });
    for (const facts of ledgers) await commit(db, facts);
    ingested.abort();
    await Promise.all(syncs);
    await syncCorridorBuckets(db, { limit: 100 });
    expect(await storedBuckets(db)).toStrictEqual(bucketsOf(ledgers));
    expect(await marks(db)).toBe(0);
  });

  test('are computed from the facts, whether or not these moved the cursor', async ({ db }) => {
    const facts = firstOf(ledgers);
    await commit(db, facts);
    const [, second] = ledgers as [LedgerFacts, LedgerFacts];
    const nothing = () => Promise.resolve();
    await insertRows(db, await prepareFacts(db, [second]), nothing, nothing);
    await syncCorridorBuckets(db, { limit: 100 });
    expect(await storedBuckets(db)).toStrictEqual(bucketsOf([facts, second]));
  });
});

function bucketsOf(facts: readonly LedgerFacts[]) {
  return expectedRows(facts, BUCKET_MS);
}

function storedBuckets(db: Database) {
  return db.run((executor) => storedRows(executor, 'corridor_buckets'));
}

async function marks(db: Database): Promise<number> {
  return (await db.run(({ sql }) => sql`select from dirty_corridor_buckets`)).length;
}

function sum<T>(rows: readonly T[], value: (row: T) => bigint): bigint {
  return rows.reduce((total, row) => total + value(row), 0n);
}

function expectConflict(error: unknown): void {
  expect(error).toMatchObject({ code: 'transaction_conflict' });
}
