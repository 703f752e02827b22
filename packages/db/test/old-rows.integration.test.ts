import { test } from '@stellar-insights/devstack/vitest';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { connectDatabase, migrate, transaction } from '../src/index.ts';
import { TIERS } from '../src/corridors/tiers.ts';
import { appendEvents, readEvents, readHead } from '../src/log/index.ts';
import { applyRetention } from '../src/partitions/index.ts';
import { readStorageUse, storageDaysLeft } from '../src/storage.ts';
import { commit } from './commit.ts';
import { databaseBefore } from './old-database.ts';
import { logPartitions, numberedEvents, setCursor } from './partition-names.ts';
import { expectedRows, storedRows } from './tier-rows.ts';

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

// Ten minutes apart: buckets of three days.
const ledgers = simulatedLedgers(400, { closeIntervalMs: 600_000 });

test('buckets of named assets become buckets of ids, and are summed up by hour and day', async ({
  postgres: server,
}) => {
  const rows = expectedRows(ledgers, TIERS[0].ms);
  const [marked] = rows;
  const url = await databaseBefore(server, '_corridor_tiers', async (sql) => {
    const json = JSON.stringify(
      rows.map(({ bucketStart, sourceAsset, destAsset, isSelf, delivered, ...row }) => ({
        ...row,
        bucket_start: new Date(bucketStart).toISOString(),
        source_asset: sourceAsset,
        dest_asset: destAsset,
        is_self: isSelf,
        delivered: delivered.toString(),
        size_classes: row.sizeClasses,
      })),
    );
    await sql`
      insert into corridor_buckets
      select * from json_populate_recordset(null::corridor_buckets, ${json}::text::json)`;
    await sql`
      insert into dirty_corridor_buckets (bucket_start, source_asset, dest_asset, ledger)
      values (${new Date(marked?.bucketStart ?? 0)}, ${marked?.sourceAsset ?? ''}, 'MARKED:ONLY', 1000)`;
  });
  await migrate(url);
  await using db = connectDatabase(url, { applicationName: 'test' });
  for (const { table, ms } of TIERS) {
    expect(await db.run((executor) => storedRows(executor, table))).toStrictEqual(expectedRows(ledgers, ms));
  }
  const marks = await db.run(
    ({ sql }) => sql`
      select s.asset as source, d.asset as dest, ledger from dirty_corridor_buckets
      join assets s on s.id = source_asset join assets d on d.id = dest_asset`,
  );
  expect([...marks]).toStrictEqual([{ source: marked?.sourceAsset, dest: 'MARKED:ONLY', ledger: 1000n }]);
});
