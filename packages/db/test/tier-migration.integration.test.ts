import { test } from '@stellar-insights/devstack/vitest';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { connectDatabase, migrate } from '../src/index.ts';
import { TIERS } from '../src/corridors/tiers.ts';
import { databaseBefore } from './old-database.ts';
import { expectedRows, storedRows } from './tier-rows.ts';

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
