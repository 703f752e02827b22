import { test } from '@stellar-insights/devstack/vitest';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { connectDatabase, migrate, transaction } from '../src/index.ts';
import { appendEvents, readEvents, readHead } from '../src/log/index.ts';
import { applyRetention, ensurePartitions } from '../src/partitions/index.ts';
import type { BuiltIndex } from '../src/schema/partition-indexes.ts';
import { readStorageUse, storageDaysLeft } from '../src/storage.ts';
import { commit } from './commit.ts';
import { databaseBefore } from './old-database.ts';
import { logPartitions, numberedEvents, setCursor } from './partition-names.ts';

const CLOSED_AT = Date.UTC(2026, 5, 1);

test('a log that was one table becomes the first partition, and ages as a whole', async ({
  postgres: server,
}) => {
  const url = await databaseBefore(server, '_log_partitions', async (sql) => {
    await sql`update event_log_head set last_id = 60`;
    // The older events were trimmed.
    await sql`
      insert into event_log (first_id, last_id, events, created_at)
      select first, first + 9, (select json_agg(json_build_object('event', 'e', 'channels', '[]'::json, 'data', first + n))
                                from generate_series(0, 9) n), now()
      from generate_series(21, 51, 10) first`;
    await sql`
      insert into ledger_cursor (network_passphrase, sequence, hash, closed_at)
      values ('test', 1, '', ${new Date(CLOSED_AT).toISOString()})`;
  });
  await migrate(url);
  await using db = connectDatabase(url, { applicationName: 'test' });
  expect(await logPartitions(db)).toMatchObject([{ name: 'event_log_1', first: 1n, next: 61n }]);
  const { epoch, oldestId } = await readHead(db);
  expect(oldestId).toBe(21n);
  expect(await transaction(db, (tx) => appendEvents(tx, numberedEvents(3)))).toMatchObject({ firstId: 61n });
  const { events } = await readEvents(db, { after: { epoch, id: 20n }, limit: 100 });
  expect(events.map(({ id }) => Number(id))).toStrictEqual(Array.from({ length: 43 }, (_, i) => 21 + i));
  expect(events.slice(0, 40).map(({ data }) => Number(data))).toStrictEqual(
    Array.from({ length: 40 }, (_, i) => 21 + i),
  );

  await setCursor(db, CLOSED_AT + 7 * 86_400_000);
  expect(await applyRetention(db, { retentionDays: 8 })).toStrictEqual({ dropped: [], kept: [] });
  expect(await applyRetention(db, { retentionDays: 6 })).toStrictEqual({
    dropped: ['event_log_1'],
    kept: [],
  });
  expect(await readHead(db)).toStrictEqual({ epoch, oldestId: 61n, lastId: 63n });
});

test('a log that was one table is followed by partitions of a day, and its growth is known', async ({
  postgres: server,
}) => {
  const now = Date.now();
  const url = await databaseBefore(server, '_log_partitions', async (sql) => {
    await sql`update event_log_head set last_id = 50000`;
    await sql`
      insert into event_log (first_id, last_id, events, created_at)
      select first, first + 99, (select json_agg(n) from generate_series(0, 99) n),
             ${new Date(now)}::timestamptz - interval '30 days' * (50000 - first) / 50000
      from generate_series(1, 49901, 100) first`;
  });
  await migrate(url);
  await using db = connectDatabase(url, { applicationName: 'test' });
  const days = simulatedLedgers(3, { startTime: now - 4 * 3_600_000, closeIntervalMs: 2 * 3_600_000 });
  for (const facts of days) await commit(db, facts);
  const [old, ...later] = await logPartitions(db);
  expect(old).toMatchObject({ name: 'event_log_1', first: 1n, next: 50_001n });
  expect(later.length).toBeGreaterThan(1);
  for (const { first, next } of later) expect(next - first).toBeGreaterThan(1600n);
  for (const { first, next } of later) expect(next - first).toBeLessThan(1700n);
  const use = await readStorageUse(db);
  expect(use.growth?.expiring).toBeGreaterThan(0);
  expect(storageDaysLeft(use, { limitBytes: use.databaseBytes * 2, retentionDays: 30 })).toBeGreaterThan(0);
});

test('partitions that exist get the indexes of a migration one by one, also if it is interrupted in between', async ({
  postgres: server,
}) => {
  const url = await databaseBefore(server, '_facts_of_contracts_and_lists', async (sql) => {
    for (const first of [0, 20_000, 40_000]) {
      for (const table of ['payments', 'trades']) {
        await sql.unsafe(`
          create table ${table}_${first} partition of ${table} for values from (${first}) to (${first + 20_000})`);
      }
    }
  });
  const built: BuiltIndex[] = [];
  const stop = new AbortController();
  const onIndex = (index: BuiltIndex) => {
    if (built.push(index) === 3) stop.abort();
  };
  await expect(migrate(url, { signal: stop.signal, onIndex })).rejects.toMatchObject({ name: 'AbortError' });
  await using db = connectDatabase(url, { applicationName: 'test' });
  // A partition that is created in between has them all.
  await ensurePartitions(db, 60_000);
  await migrate(url, { onIndex });
  // Two of payments, five of trades.
  expect(built.map(({ partition, left }) => `${partition}: ${left}`)).toStrictEqual([
    ...[20, 19].map((left) => `payments_40000: ${left}`),
    ...[18, 17, 16, 15, 14].map((left) => `trades_40000: ${left}`),
    ...[13, 12].map((left) => `payments_20000: ${left}`),
    ...[11, 10, 9, 8, 7].map((left) => `trades_20000: ${left}`),
    ...[6, 5].map((left) => `payments_0: ${left}`),
    ...[4, 3, 2, 1, 0].map((left) => `trades_0: ${left}`),
  ]);
  const rows = await db.run(
    ({ sql }) => sql<{ index: string }[]>`
      select relname as index from pg_index join pg_class on pg_class.oid = indexrelid where not indisvalid`,
  );
  expect([...rows]).toStrictEqual([]);
});
