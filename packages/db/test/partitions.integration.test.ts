import { describe, expect } from 'vitest';
import { connectDatabase, type Database } from '../src/index.ts';
import { syncCorridorBuckets } from '../src/corridors/index.ts';
import { readLedgerFacts } from '../src/facts/index.ts';
import { readCursor } from '../src/ledgers/index.ts';
import { dropExpiredPartitions, ensurePartitions } from '../src/partitions.ts';
import { test } from './migrated-database.ts';
import { commit } from './commit.ts';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';

const TABLES = ['claimable_balances', 'payments', 'trades', 'transactions'];
// A day apart, across the end of two partitions.
const DAY_MS = 86_400_000;
const ledgers = simulatedLedgers(10, { startLedger: 199_997, closeIntervalMs: DAY_MS });

describe('partitions', () => {
  test('exist before the first ledger that needs them', async ({ db }) => {
    for (const facts of ledgers.slice(0, 3)) await commit(db, facts);
    expect(await partitions(db)).toStrictEqual(named(100_000, 200_000));
    for (const facts of ledgers.slice(3, 4)) await commit(db, facts);
    expect(await partitions(db)).toStrictEqual(named(100_000, 200_000, 300_000));
    for (const facts of ledgers.slice(0, 4)) {
      expect(await readLedgerFacts(db, facts.header.sequence)).toStrictEqual(facts);
    }
  });

  test('can be created by many at once, and again', async ({ db, url }) => {
    await using rival = connectDatabase(url, { applicationName: 'rival' });
    await Promise.all([db, rival, db, rival, db].map((pool) => ensurePartitions(pool, 4_294_967_295)));
    await ensurePartitions(db, 4_294_900_000);
    expect(await partitions(db)).toStrictEqual(named(4_294_900_000, 4_295_000_000));
  });

  test('have the keys and checks of their table', async ({ db }) => {
    for (const facts of ledgers.slice(0, 1)) await commit(db, facts);
    const twice = db.run(({ sql }) => sql`insert into transactions select * from transactions`);
    await expect(twice).rejects.toMatchObject({ code: '23505' });
  });
});

describe('retention', () => {
  test('drops partitions whose last ledger is too old, and nothing else', async ({ db }) => {
    for (const facts of ledgers) await commit(db, facts);
    await syncCorridorBuckets(db, { limit: 100 });
    const buckets = await db.run(
      ({ sql }) =>
        sql`select * from corridor_buckets order by bucket_start, source_asset, dest_asset, is_self`,
    );
    // Ledger 200,000, the first after the partition, is six days older than the cursor.
    expect(await dropExpiredPartitions(db, { retentionDays: 6 })).toStrictEqual({ dropped: [] });
    expect(await dropExpiredPartitions(db, { retentionDays: 5.9 })).toStrictEqual({ dropped: [100_000] });
    expect(await dropExpiredPartitions(db, { retentionDays: 5.9 })).toStrictEqual({ dropped: [] });
    expect(await partitions(db)).toStrictEqual(named(200_000, 300_000));
    const [dropped, , , kept] = ledgers;
    expect(await readLedgerFacts(db, dropped?.header.sequence ?? never())).toStrictEqual({
      header: dropped?.header,
      transactions: [],
      payments: [],
      claimableBalances: [],
      trades: [],
    });
    expect(await readLedgerFacts(db, kept?.header.sequence ?? never())).toStrictEqual(kept);
    expect(
      await db.run(
        ({ sql }) =>
          sql`select * from corridor_buckets order by bucket_start, source_asset, dest_asset, is_self`,
      ),
    ).toStrictEqual(buckets);
  });

  test('never drops the partition of the cursor', async ({ db }) => {
    for (const facts of ledgers.slice(0, 3)) await commit(db, facts);
    await syncCorridorBuckets(db, { limit: 100 });
    expect(await dropExpiredPartitions(db, { retentionDays: 0 })).toStrictEqual({ dropped: [] });
    expect(await readCursor(db)).toMatchObject({ sequence: 199_999 });
  });

  test('keeps a partition until its payments are counted in their buckets', async ({ db }) => {
    for (const facts of ledgers) await commit(db, facts);
    expect(await dropExpiredPartitions(db, { retentionDays: 1 })).toStrictEqual({ dropped: [] });
    await syncCorridorBuckets(db, { limit: 100 });
    expect(await dropExpiredPartitions(db, { retentionDays: 1 })).toStrictEqual({ dropped: [100_000] });
  });

  test('gives way to a reader that does not end, and drops the partition the next time', async ({ db }) => {
    for (const facts of ledgers) await commit(db, facts);
    await syncCorridorBuckets(db, { limit: 100 });
    await db.client.begin(async (reader) => {
      await reader`select from payments limit 1`;
      await expect(dropExpiredPartitions(db, { retentionDays: 1 })).rejects.toMatchObject({
        code: 'transaction_conflict',
      });
    });
    expect(await dropExpiredPartitions(db, { retentionDays: 1 })).toStrictEqual({ dropped: [100_000] });
  });
});

function named(...firsts: number[]): string[] {
  return TABLES.flatMap((table) => firsts.map((first) => `${table}_${first}`));
}

async function partitions(db: Database): Promise<string[]> {
  const rows = await db.run(
    ({ sql }) => sql<{ name: string }[]>`
      select inhrelid::regclass::text as name from pg_inherits
      join pg_class on pg_class.oid = inhrelid where relkind = 'r' order by name`,
  );
  return rows.map(({ name }) => name);
}

function never(): never {
  throw new RangeError('no such ledger');
}
