import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { syncCorridorBuckets } from '@stellar-insights/db/corridors';
import { factsOfVersion } from '@stellar-insights/db/facts';
import { commitLedgers } from '@stellar-insights/db/ledgers';
import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { openSource, readLedgers } from '@stellar-insights/ledger/sources';
import { describe, expect, onTestFinished } from 'vitest';
import type { PostgresServer } from '@stellar-insights/devstack';
import { ingestRange } from '../src/ingestion/ingest-range.ts';
import { verifyRange } from '../src/verify/verify-range.ts';
import { SimLake } from '@stellar-insights/simnet/testing';
import { ROUNDS, type Place } from './support/planted-differences.ts';

const LEDGERS = 70;
const signal = new AbortController().signal;

const FACT_TABLES = [
  'transactions',
  'payments',
  'claimable_balances',
  'clawbacks',
  'contract_transfers',
  'trustline_operations',
  'pool_operations',
  'trades',
];

const placesOf = (places: readonly Place[]) =>
  places.map(({ table, column }) => `${table}.${column ?? '*'}`).toSorted();

/** `lake`: published whole, and stored in the database `filled` of the file's Postgres. */
const test = onPostgres.extend('lake', { scope: 'file' }, async ({ filePostgres: server }, { onCleanup }) => {
  const lake = await SimLake.create({ ledgers: LEDGERS });
  onCleanup(() => lake[Symbol.asyncDispose]());
  await lake.publish(LEDGERS);
  const url = await server.createDatabase('filled');
  await migrate(url);
  await using db = connectDatabase(url, { applicationName: 'test', max: 2 });
  await ingestRange(wholeOf(lake, db), signal);
  return lake;
});

function wholeOf(lake: SimLake, db: Database) {
  const source = openSource({ lake: lake.folder });
  const range = { from: lake.first, to: lake.last };
  return { db, source, range, networkPassphrase: undefined, onLedger: () => undefined };
}

/** A database of the test's own, equal to the one that was filled. */
async function copy(server: PostgresServer): Promise<Database> {
  const name = `copy_${crypto.randomUUID().replaceAll('-', '')}`;
  await using admin = connectDatabase(server.url, { applicationName: 'test', max: 1 });
  await admin.run(({ sql }) => sql.unsafe(`create database ${name} template filled`));
  const db = connectDatabase(server.url.replace(/postgres$/, name), { applicationName: 'test', max: 2 });
  onTestFinished(() => db[Symbol.asyncDispose]());
  return db;
}

describe('verify', () => {
  test('finds what is stored equal to its source, buckets included', async ({ lake, postgres: server }) => {
    const db = await copy(server);
    expect(await verifyRange(wholeOf(lake, db), signal)).toMatchObject({ equal: true, differences: [] });
    const [counts] = await db.run(
      ({ sql }) => sql`
        select (select count(*) from payments) as payments, (select count(*) from trades) as trades,
               (select count(*) from claimable_balances) as balances, (select count(*) from corridor_buckets) as buckets`,
    );
    expect(Object.values(counts ?? {}).every((count) => Number(count) > 10)).toBe(true);
  });

  test.for(ROUNDS)('finds $what, and nothing else', async ({ plants }, { lake, postgres: server }) => {
    const db = await copy(server);
    for (const [what, plant] of plants) {
      const planted = await db.run(({ sql }) => sql.unsafe(plant));
      expect(planted.count, what).toBe(1);
    }
    const { equal, differences } = await verifyRange(wholeOf(lake, db), signal);
    expect(placesOf(differences)).toEqual(placesOf(plants.flatMap(([, , expected]) => expected)));
    expect(equal).toBe(false);
  });

  test('leaves out a bucket that ledgers outside of the range have touched', async ({
    lake,
    postgres: server,
  }) => {
    const db = await copy(server);
    await db.run(({ sql }) => sql`update corridor_buckets set attempts = attempts + 1`);
    const range = { from: lake.first + 2, to: lake.first + 9 };
    expect(await verifyRange({ ...wholeOf(lake, db), range }, signal)).toMatchObject({ equal: true });
  });

  test('leaves out a bucket that waits for its computation', async ({ lake, postgres: server }) => {
    const db = await copy(server);
    await db.run(
      ({ sql }) => sql`
        insert into dirty_corridor_buckets (bucket_start, source_asset, dest_asset, ledger)
        select distinct bucket_start, source_asset, dest_asset, 1069 from corridor_buckets`,
    );
    await db.run(({ sql }) => sql`update corridor_buckets set attempts = attempts + 1`);
    expect(await verifyRange(wholeOf(lake, db), signal)).toMatchObject({ equal: true });
  });

  test('says which kinds of facts older builds did not store, and finds no difference in what they did', async ({
    lake,
    postgres: server,
  }) => {
    const url = await server.createDatabase('older');
    await migrate(url);
    await using db = connectDatabase(url, { applicationName: 'test', max: 2 });
    const [older, newer] = [lake.first + 10, lake.first + 60];
    let blamedOtherwise = 0;
    for await (const facts of readLedgers(
      openSource({ lake: lake.folder }),
      wholeOf(lake, db).range,
      signal,
    )) {
      const { sequence } = facts.header;
      const stored = sequence < older || sequence > newer ? facts : factsOfVersion(facts, 1);
      const blames = (some: LedgerFacts) => some.payments.map(({ failure }) => failure?.blame);
      if (String(blames(stored)) !== String(blames(facts))) blamedOtherwise += 1;
      await commitLedgers(db, [{ facts: stored, events: [] }], { networkPassphrase: lake.passphrase });
    }
    await db.run(
      ({ sql }) => sql`update ledgers set facts_version = 1 where sequence between ${older} and ${newer}`,
    );
    while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
    expect(blamedOtherwise).toBeGreaterThan(0);
    const without = { from: older, to: newer };
    expect(await verifyRange(wholeOf(lake, db), signal)).toMatchObject({
      equal: true,
      differences: [],
      not_recorded: {
        trustline_operations: without,
        pool_operations: without,
        clawbacks: without,
        contract_transfers: without,
      },
    });
    const later = { ...wholeOf(lake, db), range: { from: newer + 1, to: lake.last } };
    expect(await verifyRange(later, signal)).not.toHaveProperty('not_recorded');
    await db.run(({ sql }) => sql`update retention_horizon set facts_from = ${lake.last}`);
    expect((await verifyRange(wholeOf(lake, db), signal)).differences).toStrictEqual([]);
  });

  test('says which ledgers are not kept any more, and finds no difference in them', async ({
    lake,
    postgres: server,
  }) => {
    const db = await copy(server);
    const horizon = lake.first + 30;
    await db.run(async ({ sql }) => {
      await sql`update retention_horizon set facts_from = ${horizon}`;
      for (const table of FACT_TABLES) {
        await sql`delete from ${sql(table)} where ledger < ${horizon}`;
      }
    });
    const notKept = { from: lake.first, to: horizon - 1 };
    expect(await verifyRange(wholeOf(lake, db), signal)).toEqual({
      from: lake.first,
      to: lake.last,
      equal: false,
      differences: [],
      not_kept: notKept,
    });
    const kept = { ...wholeOf(lake, db), range: { from: horizon, to: lake.last } };
    expect(await verifyRange(kept, signal)).toMatchObject({ equal: true });
    const expired = { ...wholeOf(lake, db), range: notKept };
    expect(await verifyRange(expired, signal)).toMatchObject({ differences: [], not_kept: notKept });
    await db.run(({ sql }) => sql`update ledgers set fee_pool = fee_pool + 1 where sequence = ${lake.first}`);
    expect(await verifyRange(expired, signal)).toMatchObject({
      differences: [{ table: 'ledgers', column: 'fee_pool' }],
      not_kept: notKept,
    });
  });
});
