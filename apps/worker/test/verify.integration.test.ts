import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import { openSource } from '@stellar-insights/ledger/sources';
import { describe, expect, onTestFinished } from 'vitest';
import type { PostgresServer } from '@stellar-insights/devstack';
import { ingestRange } from '../src/ingestion/ingest-range.ts';
import { verifyRange } from '../src/verify/verify-range.ts';
import { SimLake } from '@stellar-insights/simnet/testing';

const LEDGERS = 70;
const signal = new AbortController().signal;

interface Place {
  readonly table: string;
  readonly column: string | null;
}

const FACT_TABLES = [
  'transactions',
  'payments',
  'claimable_balances',
  'trustline_operations',
  'pool_operations',
  'trades',
];

const FIRST_PAYMENT = '(select ledger, position from payments order by 1, 2 limit 1)';

/** What is changed in the database, and what `verify` must find: all of it, and nothing else. */
const PLANTS: readonly (readonly [what: string, sql: string, expected: readonly Place[]])[] = [
  [
    'a close time',
    `update ledgers set closed_at = closed_at + interval '1 ms' where sequence = 1005`,
    [{ table: 'ledgers', column: 'closed_at' }],
  ],
  [
    'a fee pool',
    `update ledgers set fee_pool = fee_pool + 1 where sequence = 1005`,
    [{ table: 'ledgers', column: 'fee_pool' }],
  ],
  [
    'a ledger that is missing',
    `delete from ledgers where sequence = 1005`,
    [{ table: 'ledgers', column: null }],
  ],
  [
    'the hash of a transaction',
    `update transactions set hash = sha256(hash) where (ledger, index) = (1005, 1)`,
    [{ table: 'transactions', column: 'hash' }],
  ],
  [
    'a memo',
    `update transactions set memo_type = 't', memo = 'planted', memo_bytes = null
     where (ledger, index) = (select ledger, index from transactions where memo_bytes is not null limit 1)`,
    [
      { table: 'transactions', column: 'memo' },
      { table: 'transactions', column: 'memo_bytes' },
    ],
  ],
  [
    'a payment that is missing',
    `delete from payments where (ledger, position) = ${FIRST_PAYMENT}`,
    [{ table: 'payments', column: null }],
  ],
  [
    'an extra payment',
    `insert into payments (ledger, position, type, source, destination, source_asset, dest_asset, fixed_side, succeeded,
                           is_self_payment, is_cycle)
     select ledger, position + 1000, type, source, destination, source_asset, dest_asset, fixed_side, succeeded,
            is_self_payment, is_cycle
     from payments limit 1`,
    [{ table: 'payments', column: null }],
  ],
  [
    'an amount one stroop off',
    `update payments set delivered_amount = delivered_amount + 1
     where (ledger, position) = (select ledger, position from payments where succeeded order by 1, 2 limit 1)`,
    [{ table: 'payments', column: 'delivered_amount' }],
  ],
  [
    'the blame of a failure',
    `update payments set failure_blame = 'n'
     where (ledger, position) = (select ledger, position from payments where failure_blame <> 'n' order by 1, 2 limit 1)`,
    [{ table: 'payments', column: 'failure_blame' }],
  ],
  [
    'the path of a payment',
    `update payments set path = array[source_asset, source_asset, source_asset]
     where (ledger, position) = ${FIRST_PAYMENT}`,
    [{ table: 'payments', column: 'path' }],
  ],
  [
    'who may claim a balance',
    `update claimable_balances set claimants = null
     where (ledger, position) =
       (select ledger, position from claimable_balances where claimants is not null order by 1, 2 limit 1)`,
    [{ table: 'claimable_balances', column: 'claimants' }],
  ],
  [
    'who is allowed to hold an asset',
    `update trustline_operations set succeeded = not succeeded
     where (ledger, position) = (select ledger, position from trustline_operations limit 1)`,
    [{ table: 'trustline_operations', column: 'succeeded' }],
  ],
  [
    'a trustline operation that is missing',
    `delete from trustline_operations where (ledger, position) =
       (select ledger, position from trustline_operations limit 1)`,
    [{ table: 'trustline_operations', column: null }],
  ],
  [
    'what a deposit may take',
    `update pool_operations set limit_b = limit_b + 1
     where (ledger, position) = (select ledger, position from pool_operations limit 1)`,
    [{ table: 'pool_operations', column: 'limit_b' }],
  ],
  [
    'a trade that is missing',
    `delete from trades where (ledger, position) =
       (select ledger, position from trades group by 1, 2 having count(*) = 1 limit 1)`,
    [{ table: 'trades', column: null }],
  ],
  [
    'an offer',
    `update trades set offer_id = offer_id + 1
     where (ledger, position, "order") =
       (select ledger, position, "order" from trades where offer_id is not null limit 1)`,
    [{ table: 'trades', column: 'offer_id' }],
  ],
  [
    'the attempts of a bucket',
    `update corridor_buckets set attempts = attempts + 1
     where ctid = (select ctid from corridor_buckets order by bucket_start limit 1)`,
    [{ table: 'corridor_buckets', column: 'attempts' }],
  ],
  [
    'the failures of a bucket',
    `update corridor_buckets set failures = '[]'
     where ctid = (select ctid from corridor_buckets where failures <> '[]' limit 1)`,
    [{ table: 'corridor_buckets', column: 'failures' }],
  ],
  [
    'a bucket that is missing',
    `delete from corridor_buckets where ctid = (select ctid from corridor_buckets limit 1)`,
    [{ table: 'corridor_buckets', column: null }],
  ],
  [
    'an extra bucket',
    `with plant as (insert into assets (asset) values ('PLANT:G') returning id)
     insert into corridor_buckets
     select bucket_start, id, dest_asset, is_self, attempts, successes, delivered, failures, size_classes
     from corridor_buckets, plant limit 1`,
    [{ table: 'corridor_buckets', column: null }],
  ],
  [
    'what an hour delivered',
    `update corridor_hours set delivered = delivered + 1 where ctid = (select ctid from corridor_hours limit 1)`,
    [{ table: 'corridor_hours', column: 'delivered' }],
  ],
  [
    'the size classes of a day',
    `update corridor_days set size_classes = '[]' where ctid = (select ctid from corridor_days limit 1)`,
    [{ table: 'corridor_days', column: 'size_classes' }],
  ],
  [
    'a day that is missing',
    `delete from corridor_days where ctid = (select ctid from corridor_days limit 1)`,
    [{ table: 'corridor_days', column: null }],
  ],
];

/** Plants of different tables, which do not disturb each other: each round has one of each table that has so many. */
const ROUNDS = [...Map.groupBy(PLANTS, ([, , [place]]) => place?.table).values()]
  .reduce<(typeof PLANTS)[number][][]>((rounds, ofTable) => {
    ofTable.forEach((plant, round) => (rounds[round] ??= []).push(plant));
    return rounds;
  }, [])
  .map((plants) => ({ what: plants.map(([what]) => what).join(', '), plants }));

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

  test('says which ledgers were stored without trustline and pool operations, and finds no difference in them', async ({
    lake,
    postgres: server,
  }) => {
    const db = await copy(server);
    const [older, newer] = [lake.first + 10, lake.first + 40];
    await db.run(async ({ sql }) => {
      await sql`update ledgers set facts_version = 1 where sequence between ${older} and ${newer}`;
      for (const table of ['trustline_operations', 'pool_operations']) {
        await sql`delete from ${sql(table)} where ledger between ${older} and ${newer}`;
      }
    });
    const without = { from: older, to: newer };
    expect(await verifyRange(wholeOf(lake, db), signal)).toMatchObject({
      equal: true,
      differences: [],
      without_operations: without,
    });
    const later = { ...wholeOf(lake, db), range: { from: newer + 1, to: lake.last } };
    expect(await verifyRange(later, signal)).not.toHaveProperty('without_operations');
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
