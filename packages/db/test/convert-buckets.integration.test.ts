import { test } from '@stellar-insights/devstack/vitest';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';
import postgres from 'postgres';
import { expect } from 'vitest';
import {
  connectDatabase,
  ConversionIncompleteError,
  DatabaseUnavailableError,
  migrate,
  requireSchema,
} from '../src/index.ts';
import { TIERS } from '../src/corridors/tiers.ts';
import { convertTextLayout } from '../src/schema/convert-text-layout.ts';
import { databaseBefore } from './old-database.ts';
import { expectedRows, storedRows } from './tier-rows.ts';

// Ten minutes apart: buckets of three days.
const ledgers = simulatedLedgers(400, { closeIntervalMs: 600_000 });

test('buckets of named assets become buckets of ids, and are summed up by hour and day, though the conversion is killed again and again', async ({
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
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(migrate(url, { signal })).rejects.toThrow('stopped');

  await using converter = connectDatabase(url, { applicationName: 'converter', max: 1 });
  await using db = connectDatabase(url, { applicationName: 'test' });
  const sql = postgres(url, { max: 1 });
  let converted = 0;
  let kills = 0;
  for (let ended = false; !ended;) {
    await expect(requireSchema(db)).rejects.toThrow(ConversionIncompleteError);
    let slices = 0;
    const conversion = convertTextLayout(converter, {
      // Fewer than some buckets of five minutes have, and fewer than an hour has.
      sliceRows: 3,
      onSlice: ({ rows: moved }) => {
        converted += moved;
        // While the next slice is at work.
        if (++slices === 60) void kill(sql).catch(() => undefined);
      },
    });
    ended = await conversion.then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(DatabaseUnavailableError);
        kills++;
        return false;
      },
    );
  }
  await sql.end();
  expect(kills).toBeGreaterThan(3);
  // A slice whose answer was lost is not counted.
  expect(converted).toBeLessThanOrEqual(rows.length);

  expect(await migrate(url)).toStrictEqual({ applied: [], converted: 0 });
  await requireSchema(db);
  for (const { table, ms } of TIERS) {
    expect(await db.run((executor) => storedRows(executor, table))).toStrictEqual(expectedRows(ledgers, ms));
  }
  const marks = await db.run(
    ({ sql: run }) => run`
      select s.asset as source, d.asset as dest, ledger from dirty_corridor_buckets
      join assets s on s.id = source_asset join assets d on d.id = dest_asset`,
  );
  expect([...marks]).toStrictEqual([{ source: marked?.sourceAsset, dest: 'MARKED:ONLY', ledger: 1000n }]);
});

async function kill(sql: postgres.Sql): Promise<void> {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'converter'`;
}
