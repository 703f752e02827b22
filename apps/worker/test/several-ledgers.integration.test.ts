import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { readCursor } from '@stellar-insights/db/ledgers';
import { eventually } from '@stellar-insights/devstack/testing';
import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { openSource } from '@stellar-insights/ledger/sources';
import { SimLake } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { ingestRange } from '../src/ingestion/ingest-range.ts';
import { LedgerFeed } from '../src/ingestion/ledger-feed.ts';
import { LedgerWriter } from '../src/ingestion/ledger-writer.ts';
import { TipFollower } from '../src/ingestion/tip-follower.ts';
import { verifyRange } from '../src/verify/verify-range.ts';
import { logBreaks } from './support/tables.ts';

const LEDGERS = 60;
const signal = new AbortController().signal;

const test = onPostgres
  .extend('lake', { scope: 'file' }, async ({ filePostgres: _ }, { onCleanup }) => {
    const lake = await SimLake.create({ ledgers: LEDGERS });
    onCleanup(() => lake[Symbol.asyncDispose]());
    await lake.publish(LEDGERS);
    return lake;
  })
  .extend('db', async ({ postgres: server }, { onCleanup }) => {
    const url = await server.createDatabase();
    await migrate(url);
    const db = connectDatabase(url, { applicationName: 'test', max: 4 });
    onCleanup(async () => {
      await db[Symbol.asyncDispose]();
      await server.dropDatabase(new URL(url).pathname.slice(1));
    });
    return db;
  });

function wholeOf(lake: SimLake, db: Database) {
  const source = openSource({ lake: lake.folder });
  const range = { from: lake.first, to: lake.last };
  return { db, source, range, networkPassphrase: undefined, onLedger: () => undefined };
}

test('a feed gives the ledgers that were read ahead together, fifteen at most', async ({ lake }) => {
  const options = { from: lake.first, networkPassphrase: lake.passphrase };
  await using feed = new LedgerFeed(openSource({ lake: lake.folder }), options, signal);
  const sequences = async () => (await feed.take()).map(({ header }) => header.sequence);
  expect(await sequences()).toEqual([lake.first]);
  let next = lake.first + 1;
  const counts: number[] = [];
  await eventually(async () => {
    void feed.readAhead();
    const taken = await sequences();
    expect(taken).toEqual(taken.map((_, place) => next + place));
    next += taken.length;
    counts.push(taken.length);
    return next > lake.last - 15;
  });
  expect(Math.max(...counts)).toBeLessThanOrEqual(15);
});

test('ledgers that wait are stored together, each with its own events, equal to their source', async ({
  lake,
  db,
}) => {
  await ingestRange(wholeOf(lake, db), signal);
  const [stored] = await db.run(
    ({ sql }) => sql<{ transactions: number; ledgers: number; appends: number }[]>`
      select count(distinct xmin::text)::int as transactions, count(*)::int as ledgers,
             (select count(*)::int from event_log) as appends from ledgers`,
  );
  expect(stored).toMatchObject({ ledgers: LEDGERS, appends: LEDGERS });
  expect(stored?.transactions).toBeLessThan(LEDGERS);
  expect(await logBreaks(db)).toEqual([]);
  expect(await verifyRange(wholeOf(lake, db), signal)).toMatchObject({ equal: true });
});

test('while ledgers are being committed, those after them are prepared; a stop drops these', async ({
  lake,
  db,
}) => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const holding = db.begin('', async ({ sql }) => {
    await sql`select from event_log_head for update`;
    locked.resolve();
    await released;
  });
  await locked.promise;
  const stop = new AbortController();
  const range = { from: lake.first, to: lake.last, networkPassphrase: lake.passphrase };
  const feed = new LedgerFeed(openSource({ lake: lake.folder }), range, stop.signal);
  const stored: number[] = [];
  const onStored = ({ header }: LedgerFacts) => void stored.push(header.sequence);
  const writer = new LedgerWriter({ db, feed, networkPassphrase: lake.passphrase, onStored });
  const storing = writer.storeNext();
  const names = async () => {
    const [row] = await db.run(
      ({ sql }) => sql<{ names: number; ledgers: number }[]>`
        select (select count(*)::int from accounts) as names, (select count(*)::int from ledgers) as ledgers`,
    );
    return row ?? { names: 0, ledgers: 0 };
  };
  // The first batch is one ledger, which has interned its names before its commit began.
  const first = await eventually(async () => (await names()).names || null);
  await eventually(async () => (await names()).names > first);
  expect(await names()).toMatchObject({ ledgers: 0 });
  release();
  await Promise.all([holding, storing]);
  stop.abort();
  await writer[Symbol.asyncDispose]();
  expect(stored).toEqual([lake.first]);
  expect(await readCursor(db)).toMatchObject({ sequence: lake.first });
  const rest = { from: lake.first + 1, to: lake.last };
  await ingestRange({ ...wholeOf(lake, db), range: rest }, signal);
  expect(await logBreaks(db)).toEqual([]);
  expect(await verifyRange(wholeOf(lake, db), signal)).toMatchObject({ equal: true });
});

test('a ledger that cannot be stored ends ingestion right before it; those that were stored are reported', async ({
  lake,
  db,
}) => {
  const refuse = (sequence: number) =>
    db.run(({ sql }) =>
      sql.unsafe(`
        alter table ledgers drop constraint if exists refuses, add constraint refuses check (sequence <> ${sequence})`),
    );
  const [first, second] = [lake.first + 30, lake.first + 55];
  const whole = wholeOf(lake, db);
  const reported: number[] = [];
  const report = (sequence: number) => reported.push(sequence);
  await refuse(first);
  await expect(ingestRange({ ...whole, onLedger: report }, signal)).rejects.toMatchObject({ code: '23514' });
  expect(await readCursor(db)).toMatchObject({ sequence: first - 1 });
  expect(await logBreaks(db)).toEqual([]);
  await refuse(second);
  const follower = new TipFollower(
    {
      ...whole,
      startLedger: lake.first,
      onOpened: () => Promise.resolve(),
      onCommitted: ({ header: { sequence } }) => void report(sequence),
    },
    signal,
  );
  const follow = async (): Promise<void> => {
    for (;;) await follower.step();
  };
  await expect(follow()).rejects.toMatchObject({ code: '23514' });
  expect(follower.position).toEqual({ next: second, stored: true });
  expect(reported).toEqual(Array.from({ length: second - lake.first }, (_, place) => lake.first + place));
  await db.run(({ sql }) => sql`alter table ledgers drop constraint refuses`);
  await ingestRange({ ...whole, range: { from: second, to: lake.last } }, signal);
  expect(await verifyRange(whole, signal)).toMatchObject({ equal: true });
});
