import type { LedgerFacts } from '@stellar-insights/ledger';
import { NETWORK, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import postgres, { type Sql } from 'postgres';
import { expect } from 'vitest';
import { syncCorridorBuckets } from '../src/corridors/index.ts';
import { TIERS } from '../src/corridors/tiers.ts';
import { readLedgerFacts } from '../src/facts/index.ts';
import {
  connectDatabase,
  ConversionIncompleteError,
  DatabaseUnavailableError,
  migrate,
  requireSchema,
  StatementTimeoutError,
  type Database,
} from '../src/index.ts';
import { convertTextLayout } from '../src/schema/convert-text-layout.ts';
import { commit } from './commit.ts';
import { databaseBefore } from './old-database.ts';
import { oldFacts, storeAsText } from './text-layout.ts';
import { expectedRows, storedRows } from './tier-rows.ts';

// Over the ends of partitions of 100 ledgers, of which today's tables have larger ones.
const ledgers = simulatedLedgers(70, { startLedger: 970 });
const [next, stored] = [ledgers.slice(65), ledgers.slice(0, 65).map(oldFacts)];

/** `url`: of a database in the old layout, which holds all but the last five ledgers; `sql`: a connection to it. */
const test = onPostgres
  .extend('url', ({ postgres: server }) =>
    databaseBefore(server, '_compact_rows', (sql) => storeAsText(sql, stored, NETWORK.networkPassphrase)),
  )
  .extend('sql', async ({ url }, { onCleanup }) => {
    const sql = postgres(url, { max: 1, onnotice: () => undefined });
    onCleanup(() => sql.end());
    return sql;
  });

/** Migrates, and stops before the first row is converted. */
async function migrateOnlySchema(url: string): Promise<void> {
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(migrate(url, { signal })).rejects.toThrow('stopped');
}

test('migrate converts the rows of the old layout, after which ledgers are stored as ever', async ({
  url,
  sql,
}) => {
  const rows = await countRows(sql);
  const slices: number[] = [];
  const { applied, converted } = await migrate(url, { onSlice: ({ before }) => slices.push(before) });
  expect(applied.length).toBeGreaterThan(0);
  expect(converted).toBe(rows);
  expect(slices).not.toStrictEqual([]);
  expect(await migrate(url)).toStrictEqual({ applied: [], converted: 0 });
  await using db = connectDatabase(url, { applicationName: 'test' });
  await requireSchema(db);
  await expectConverted(db, sql);
  for (const facts of next) await commit(db, facts);
  await expectStored(db, next);
  await syncCorridorBuckets(db, { limit: 100 });
});

test('a conversion that is killed again and again goes on where it was; no process starts before its end', async ({
  url,
  sql,
}) => {
  const rows = await countRows(sql);
  await migrateOnlySchema(url);
  // A slice whose answer was lost is not counted.
  expect(await convertWhileKilled(url, { sliceRows: 20, slices: 2 })).toBeLessThanOrEqual(rows);
  await using db = connectDatabase(url, { applicationName: 'test' });
  await requireSchema(db);
  await expectConverted(db, sql);
});

test('a slice that the server ends because it takes too long is halved, down to a single ledger', async ({
  url,
  sql,
}) => {
  const rows = await countRows(sql);
  await migrateOnlySchema(url);
  await using db = connectDatabase(url, { applicationName: 'converter', max: 1 });
  await endStatementsAbove(sql, 0);
  await expect(convertTextLayout(db)).rejects.toThrow(StatementTimeoutError);
  await endStatementsAbove(sql, Math.max(...stored.map(({ transactions }) => transactions.length)));
  const slices: number[] = [];
  expect(await convertTextLayout(db, { onSlice: ({ before }) => slices.push(before) })).toBe(rows);
  expect(slices.length).toBeGreaterThan(3);
  expect(slices).toStrictEqual([...new Set(slices)].toSorted((a, b) => a - b));
  await expectConverted(db, sql);
});

test('buckets of named assets become buckets of ids, and are summed up by hour and day, though the conversion is killed again and again', async ({
  postgres: server,
}) => {
  // Ten minutes apart: buckets of three days.
  const facts = simulatedLedgers(400, { closeIntervalMs: 600_000 });
  const rows = expectedRows(facts, TIERS[0].ms);
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
  await migrateOnlySchema(url);

  // Slices of fewer rows than some buckets of five minutes have, and fewer than an hour has.
  const converted = await convertWhileKilled(url, { sliceRows: 3, slices: 60 });
  expect(converted).toBeLessThanOrEqual(rows.length);

  await using db = connectDatabase(url, { applicationName: 'test' });
  expect(await migrate(url)).toStrictEqual({ applied: [], converted: 0 });
  await requireSchema(db);
  for (const { table, ms } of TIERS) {
    expect(await db.run((executor) => storedRows(executor, table))).toStrictEqual(expectedRows(facts, ms));
  }
  const marks = await db.run(
    ({ sql: run }) => run`
      select s.asset as source, d.asset as dest, ledger from dirty_corridor_buckets
      join assets s on s.id = source_asset join assets d on d.id = dest_asset`,
  );
  expect([...marks]).toStrictEqual([{ source: marked?.sourceAsset, dest: 'MARKED:ONLY', ledger: 1000n }]);
});

/**
 * Converts slices of so many rows, by a session that is killed after so many slices of each try. No process starts before the end.
 * Returns how many rows the slices have reported.
 */
async function convertWhileKilled(
  url: string,
  { sliceRows, slices }: { readonly sliceRows: number; readonly slices: number },
): Promise<number> {
  await using converter = connectDatabase(url, { applicationName: 'converter', max: 1 });
  await using db = connectDatabase(url, { applicationName: 'test' });
  const kill = () =>
    db.run(
      ({ sql }) =>
        sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'converter'`,
    );
  let converted = 0;
  let kills = 0;
  for (let ended = false; !ended;) {
    await expect(requireSchema(db)).rejects.toThrow(ConversionIncompleteError);
    let reported = 0;
    const conversion = convertTextLayout(converter, {
      sliceRows,
      onSlice: ({ rows }) => {
        converted += rows;
        // While the next slice is at work.
        if (++reported === slices) void kill().catch(() => undefined);
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
  expect(kills).toBeGreaterThan(3);
  return converted;
}

/** The server says that a statement took too long if it stores more transactions than this. */
async function endStatementsAbove(sql: Sql, transactions: number): Promise<void> {
  await sql.unsafe(`
    create or replace function end_statement() returns trigger language plpgsql as $$ begin
      if (select count(*) from stored) > ${transactions} then
        raise 'canceling statement due to statement timeout' using errcode = 'query_canceled';
      end if;
      return null;
    end $$;
    create or replace trigger ends after insert on transactions referencing new table as stored
      for each statement execute function end_statement()`);
}

async function expectConverted(db: Database, sql: Sql): Promise<void> {
  await expectStored(db, stored);
  expect(await countRows(sql)).toBe(
    stored.flatMap((facts) => [
      ...facts.transactions,
      ...facts.payments,
      ...facts.claimableBalances,
      ...facts.trades,
    ]).length,
  );
  expect(await sql`select from pg_namespace where nspname = 'text_layout'`).toHaveLength(0);
}

async function expectStored(db: Database, facts: readonly LedgerFacts[]): Promise<void> {
  for (const ledger of facts) expect(await readLedgerFacts(db, ledger.header.sequence)).toStrictEqual(ledger);
}

async function countRows(sql: Sql): Promise<number> {
  const [row] = await sql<{ rows: number }[]>`
    select ((select count(*) from transactions) + (select count(*) from payments)
      + (select count(*) from claimable_balances) + (select count(*) from trades))::int as rows`;
  return row?.rows ?? 0;
}
