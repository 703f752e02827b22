import type { LedgerFacts } from '@stellar-insights/ledger';
import { NETWORK, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import postgres, { type Sql } from 'postgres';
import { expect } from 'vitest';
import { syncCorridorBuckets } from '../src/corridors/index.ts';
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
import { migrateToTextLayout, storeAsText } from './text-layout.ts';

// Over the ends of partitions of 100 ledgers, of which today's tables have larger ones.
const ledgers = simulatedLedgers(70, { startLedger: 970 });
const [next, stored] = [ledgers.slice(65), ledgers.slice(0, 65)];

/** `url`: of a database in the old layout, which holds all but the last five ledgers; `sql`: a pool to it. */
const test = onPostgres
  .extend('url', async ({ postgres: server }, { onCleanup }) => {
    const url = await server.createDatabase();
    onCleanup(() => server.dropDatabase(new URL(url).pathname.slice(1)));
    return url;
  })
  .extend('sql', async ({ url }, { onCleanup }) => {
    const sql = postgres(url, { max: 2, onnotice: () => undefined });
    onCleanup(() => sql.end());
    await migrateToTextLayout(sql);
    await storeAsText(sql, stored, NETWORK.networkPassphrase);
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
  await using db = connectDatabase(url, { applicationName: 'converter', max: 1 });
  await using process = connectDatabase(url, { applicationName: 'test' });
  let converted = 0;
  let kills = 0;
  for (let ended = false; !ended;) {
    await expect(requireSchema(process)).rejects.toThrow(ConversionIncompleteError);
    let slices = 0;
    const conversion = convertTextLayout(db, {
      sliceRows: 20,
      onSlice: ({ rows: moved }) => {
        converted += moved;
        // While the next slice is at work.
        if (++slices === 2) void kill(sql).catch(() => undefined);
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
  // A slice whose answer was lost is not counted.
  expect(converted).toBeLessThanOrEqual(rows);
  await requireSchema(process);
  await expectConverted(process, sql);
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

async function kill(sql: Sql): Promise<void> {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'converter'`;
}
