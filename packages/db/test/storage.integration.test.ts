import { simulatedLedgers } from '@stellar-insights/simnet/testing';
import { describe, expect, it } from 'vitest';
import { appendEvents } from '../src/log/index.ts';
import { readStorageUse, storageDaysLeft } from '../src/storage.ts';
import { transaction } from '../src/transaction.ts';
import { test } from './migrated-database.ts';
import { commit } from './commit.ts';
import { factPartitions, logPartitions, numberedEvents } from './partition-names.ts';

const DAY_MS = 86_400_000;

describe('the storage', () => {
  test('is that of every table, with its indexes and all of its partitions', async ({ db }) => {
    for (const facts of simulatedLedgers(4, { startLedger: 19_998, closeIntervalMs: DAY_MS }))
      await commit(db, facts);
    const { tables, databaseBytes } = await readStorageUse(db);
    const [sums] = await db.run(
      ({ sql }) => sql<{ payments: number; all: number }[]>`
        select sum(pg_total_relation_size(oid)) filter (where relname like 'payments_%')::float8 as payments,
               sum(pg_total_relation_size(oid))::float8 as all
        from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    );
    expect(tables.find(({ table }) => table === 'payments')?.bytes).toBe(sums?.payments);
    expect(tables.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(sums?.all);
    expect(tables.map(({ bytes }) => bytes)).toStrictEqual(
      tables.map(({ bytes }) => bytes).toSorted((a, b) => b - a),
    );
    expect(databaseBytes).toBeGreaterThan(sums?.all ?? 0);
  });

  test('grows as its newest full partitions have grown, and by what is kept for ever', async ({ db }) => {
    expect((await readStorageUse(db)).growth).toBeNull();
    const ledgers = simulatedLedgers(10, { startLedger: 19_995, closeIntervalMs: DAY_MS });
    for (const facts of ledgers) {
      await commit(db, facts);
      if (facts.header.sequence < 20_000)
        await transaction(db, (tx) => appendEvents(tx, numberedEvents(500)));
    }
    const { growth, tables } = await readStorageUse(db);
    const names = (await factPartitions(db)).filter((name) => name.endsWith('_0'));
    const { lastId } = (
      await db.run(({ sql }) => sql<{ lastId: bigint }[]>`select last_id as "lastId" from event_log_head`)
    )[0] ?? { lastId: 0n };
    const log = (await logPartitions(db)).findLast(({ next }) => next <= lastId + 1n);
    const sizes = await db.run(
      ({ sql }) => sql<{ facts: number; log: number; days: number }[]>`
        select (select sum(pg_total_relation_size(name::regclass))::float8
                from unnest(${`{${names.join(',')}}`}::text::text[]) as name) as facts,
               pg_total_relation_size(${log?.name ?? ''}::text::regclass)::float8 as log,
               (select extract(epoch from max(closed_at) - min(closed_at)) / 86400
                from event_log where first_id >= ${log?.first ?? 0n} and first_id < ${log?.next ?? 0n})::float8 as days`,
    );
    const [{ facts, log: logBytes, days } = { facts: 0, log: 0, days: 1 }] = sizes;
    // The ledgers 19,995 to 19,999 close within four days, all ten within nine.
    expect(growth?.expiring).toBeCloseTo(facts / 4 + logBytes / days, 3);
    expect(growth?.keptDays).toBe(9);
    const dictionary = ['accounts', 'assets', 'codes'];
    const named = ['named_assets', 'named_pools', 'named_trustlines'];
    const lasting = ['ledgers', 'corridor_days', ...dictionary, ...named].map(
      (name) => tables.find(({ table }) => table === name)?.bytes ?? Number.NaN,
    );
    expect(growth?.lasting).toBeCloseTo(lasting.reduce((sum, bytes) => sum + bytes, 0) / 9, 3);
  });
});

describe('the days left to a limit', () => {
  const use = {
    databaseBytes: 1000,
    tables: [],
    growth: { expiring: 90, lasting: 10, keptDays: 20 },
  };
  const left = (limitBytes?: number, retentionDays?: number) =>
    storageDaysLeft(use, { limitBytes, retentionDays });

  it('count all growth until retention is reached, then only what is kept for ever', () => {
    expect(left(2000)).toBe(10);
    expect(left(2000, 30)).toBe(10);
    expect(left(2000, 25)).toBe(5 + 500 / 10);
    expect(left(2000, 7)).toBe(1000 / 10);
    expect(left(1000)).toBe(0);
    expect(left(999, 7)).toBe(0);
  });

  it('are not known without a limit or a growth, and null if the limit is never reached', () => {
    expect(left()).toBeNull();
    expect(storageDaysLeft({ ...use, growth: null }, { limitBytes: 2000, retentionDays: 7 })).toBeNull();
    const steady = { ...use, growth: { expiring: 90, lasting: 0, keptDays: 20 } };
    expect(storageDaysLeft(steady, { limitBytes: 2000, retentionDays: 7 })).toBeNull();
    expect(storageDaysLeft(steady, { limitBytes: 2000, retentionDays: undefined })).toBeCloseTo(1000 / 90);
  });
});
