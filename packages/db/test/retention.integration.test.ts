import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect } from 'vitest';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { NO_FACTS, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { connectDatabase, type Database } from '../src/index.ts';
import { syncCorridorBuckets } from '../src/corridors/index.ts';
import { readLedgerFacts } from '../src/facts/index.ts';
import { fillGap, readCursor } from '../src/ledgers/index.ts';
import { appendEvents, readEvents, readHead } from '../src/log/index.ts';
import { applyRetention, ensurePartitions } from '../src/partitions/index.ts';
import { rollUpPoolTrades } from '../src/pools/index.ts';
import { transaction } from '../src/transaction.ts';
import { test } from './migrated-database.ts';
import { commit } from './commit.ts';
import { factPartitions, logPartitions, named, numberedEvents, setCursor } from './partition-names.ts';

const DAY_MS = 86_400_000;
// A day apart, across the ends of two partitions of facts. Each of the first three fills partitions of the log.
const ledgers = simulatedLedgers(10, { startLedger: 199_997, closeIntervalMs: DAY_MS });
const [oldest, , , firstOfNext] = ledgers as [LedgerFacts, LedgerFacts, LedgerFacts, LedgerFacts];

async function store(db: Database, some: readonly LedgerFacts[] = ledgers): Promise<void> {
  for (const facts of some) {
    await commit(db, facts);
    if (facts.header.sequence < 200_000) await appendMany(db);
  }
  while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
  while ((await rollUpPoolTrades(db, { limit: 100 })).remaining);
}

async function appendMany(db: Database): Promise<void> {
  await transaction(db, (tx) => appendEvents(tx, numberedEvents(1000)));
}

/** Facts and events of a ledger that are left. */
async function leftOf(db: Database, { header }: LedgerFacts) {
  const stored = await readLedgerFacts(db, header.sequence);
  const { epoch, oldestId } = await readHead(db);
  const { events } = await readEvents(db, { after: { epoch, id: oldestId - 1n }, limit: 100_000 });
  const own = events.filter(({ data }) => data.includes(`"ledger":${header.sequence}`));
  return { transactions: stored?.transactions.length, events: own.length };
}

describe('retention', () => {
  test('drops facts and events by whole partitions whose last ledger is too old, and nothing else', async ({
    db,
  }) => {
    await store(db);
    const buckets = await readBuckets(db);
    const before = { facts: await factPartitions(db), head: await readHead(db) };
    // Ledger 200,000, the first after the partition, is six days older than the cursor.
    expect((await applyRetention(db, { retentionDays: 6 })).kept).toStrictEqual([]);
    expect(await factPartitions(db)).toStrictEqual(before.facts);
    const { dropped, kept } = await applyRetention(db, { retentionDays: 5.9 });
    expect(kept).toStrictEqual([]);
    expect(dropped).toEqual(expect.arrayContaining(named(180_000)));
    expect(await factPartitions(db)).toStrictEqual(named(200_000, 220_000));
    expect(await applyRetention(db, { retentionDays: 5.9 })).toStrictEqual({ dropped: [], kept: [] });
    expect(await readLedgerFacts(db, oldest.header.sequence)).toStrictEqual({ ...oldest, ...NO_FACTS });
    expect(await readLedgerFacts(db, firstOfNext.header.sequence)).toStrictEqual(firstOfNext);
    expect(await readBuckets(db)).toStrictEqual(buckets);
    const head = await readHead(db);
    expect(head).toMatchObject({ epoch: before.head.epoch, lastId: before.head.lastId });
    expect(head.oldestId).toBeGreaterThan(before.head.oldestId);
  });

  test('gives the events of a ledger the lifetime of its facts, however late it is ingested', async ({
    db,
  }) => {
    // The ledgers closed long ago; all of them are stored today.
    await store(db);
    expect((await leftOf(db, oldest)).events).toBeGreaterThan(0);
    await applyRetention(db, { retentionDays: 5.9 });
    expect(await leftOf(db, oldest)).toStrictEqual({ transactions: 0, events: 0 });
    const left = await leftOf(db, firstOfNext);
    expect(left.transactions).toBe(firstOfNext.transactions.length);
    expect(left.events).toBeGreaterThan(0);
  });

  test('keeps both while no ledger is stored, however much time passes', async ({ db }) => {
    await store(db, ledgers.slice(0, 4));
    await db.run(({ sql }) => sql`update event_log set created_at = created_at - interval '2 years'`);
    expect(await applyRetention(db, { retentionDays: 3 })).toStrictEqual({ dropped: [], kept: [] });
    expect((await leftOf(db, oldest)).events).toBeGreaterThan(0);
  });

  test('never drops the partitions of the cursor and of the log’s head', async ({ db }) => {
    await store(db, ledgers.slice(0, 3));
    await applyRetention(db, { retentionDays: 0 });
    expect(await factPartitions(db)).toStrictEqual(named(180_000, 200_000));
    expect(await readCursor(db)).toMatchObject({ sequence: 199_999 });
    await setCursor(db, Date.UTC(2100, 0, 1));
    await applyRetention(db, { retentionDays: 1 });
    const { lastId } = await readHead(db);
    expect((await logPartitions(db))[0]?.next).toBeGreaterThan(lastId);
    expect(await transaction(db, (tx) => appendEvents(tx, numberedEvents(1)))).toMatchObject({
      firstId: lastId + 1n,
    });
  });

  test('makes a cursor before the events that it drops resynchronize, and no other', async ({ db }) => {
    await store(db);
    await applyRetention(db, { retentionDays: 5.9 });
    const { epoch, oldestId } = await readHead(db);
    const tooOld = readEvents(db, { after: { epoch, id: oldestId - 2n }, limit: 1 });
    await expect(tooOld).rejects.toMatchObject({ code: 'resync_required' });
    const { events } = await readEvents(db, { after: { epoch, id: oldestId - 1n }, limit: 1 });
    expect(events).toMatchObject([{ id: oldestId }]);
  });

  test('keeps facts until they are counted in their buckets, and drops events meanwhile', async ({ db }) => {
    for (const facts of ledgers) {
      await commit(db, facts);
      if (facts.header.sequence < 200_000) await appendMany(db);
    }
    const { dropped } = await applyRetention(db, { retentionDays: 1 });
    expect(dropped.length).toBeGreaterThan(0);
    expect(dropped.filter((name) => !name.startsWith('event_log_'))).toStrictEqual([]);
    await syncCorridorBuckets(db, { limit: 100 });
    await db.run(
      ({ sql }) => sql`
        insert into dirty_pool_buckets (bucket_start, ledger)
        select date_bin('5 minutes', closed_at, 'epoch'), sequence from ledgers where sequence = 199999
        on conflict do nothing`,
    );
    expect((await applyRetention(db, { retentionDays: 1 })).dropped).toStrictEqual([]);
    await rollUpPoolTrades(db, { limit: 100 });
    expect((await applyRetention(db, { retentionDays: 1 })).dropped).toStrictEqual(named(180_000));
  });

  test('keeps facts that are stored while it looks, as nobody has counted them', async ({ db, url }) => {
    await store(db);
    await using rival = connectDatabase(url, { applicationName: 'rival', max: 2 });
    const retention = await transaction(db, async (tx) => {
      await fillGap(tx, { from: 199_998, to: 199_998 });
      await tx.sql`
        insert into dirty_pool_buckets (bucket_start, ledger)
        select date_bin('5 minutes', closed_at, 'epoch'), sequence from ledgers where sequence = 199998`;
      const applied = applyRetention(rival, { retentionDays: 1 });
      await eventually(async () => {
        const waiting = await rival.run(
          ({ sql }) => sql`
            select from pg_stat_activity where application_name = 'rival' and wait_event_type = 'Lock'`,
        );
        expect(waiting).toHaveLength(1);
      });
      return { applied };
    });
    expect((await retention.applied).dropped).not.toContain('payments_180000');
    await rollUpPoolTrades(db, { limit: 100 });
    expect((await applyRetention(db, { retentionDays: 1 })).dropped).toContain('payments_180000');
  });
});

describe('retention beside a reader that does not end', () => {
  test('drops everything else, says what it keeps, and never keeps ingestion waiting', async ({
    db,
    url,
  }) => {
    await store(db, ledgers.slice(0, 8));
    await using ingester = connectDatabase(url, { applicationName: 'ingester', max: 1 });
    await db.client.begin(async (reader) => {
      await reader`select count(*) from payments`;
      const retention = applyRetention(db, { retentionDays: 1 });
      for (const facts of ledgers.slice(8)) await commit(ingester, facts);
      await appendMany(ingester);
      await ensurePartitions(ingester, 240_000);
      const { dropped, kept } = await retention;
      expect(kept.map(({ partition }) => partition)).toStrictEqual(['payments_180000']);
      expect(kept[0]?.reason).toContain('lock timeout');
      const others = named(180_000).filter((name) => name !== 'payments_180000');
      expect(dropped).toEqual(expect.arrayContaining(others));
      expect(dropped.filter((name) => name.startsWith('event_log_')).length).toBeGreaterThan(0);
      const again = await applyRetention(db, { retentionDays: 1 });
      expect(again).toMatchObject({ dropped: [], kept: [{ partition: 'payments_180000' }] });
      await ensurePartitions(ingester, 280_000);
    });
    expect((await readCursor(db))?.sequence).toBe(200_006);
    // Its detachment has begun, so no query sees it; the next run ends that.
    expect(await factPartitions(db)).not.toContain('payments_180000');
    expect(await applyRetention(db, { retentionDays: 1 })).toStrictEqual({
      dropped: ['payments_180000'],
      kept: [],
    });
  });

  test('may run twice at the same time', async ({ db, url }) => {
    await store(db);
    await using rival = connectDatabase(url, { applicationName: 'rival' });
    const runs = await Promise.all([db, rival].map((pool) => applyRetention(pool, { retentionDays: 5.9 })));
    const { dropped } = await applyRetention(db, { retentionDays: 5.9 });
    const all = [...runs.flatMap((run) => run.dropped), ...dropped];
    expect(all.filter((name) => !name.startsWith('event_log_')).toSorted()).toStrictEqual(
      named(180_000).toSorted(),
    );
    expect(await applyRetention(db, { retentionDays: 5.9 })).toStrictEqual({ dropped: [], kept: [] });
  });

  test('goes on with what an interrupted run has detached and not dropped', async ({ db }) => {
    await store(db);
    await db.run(({ sql }) => sql`update retention_horizon set facts_from = 200000`);
    await db.run(({ sql }) => sql`alter table trades detach partition trades_180000`);
    const { dropped } = await applyRetention(db, { retentionDays: 5.9 });
    expect(dropped).toEqual(expect.arrayContaining(named(180_000)));
  });
});

describe('retention that is switched on late', () => {
  test('drops a log of thousands of large rows without deleting any of them', async ({ db }) => {
    await store(db);
    await db.run(async ({ sql }) => {
      // In between the rows of five hundred events each.
      await sql`
        insert into event_log
        select first_id + place, first_id + place, json_build_array(repeat('x', 40000)), created_at, closed_at
        from event_log, generate_series(5, 480) as place where last_id - first_id = 499`;
      await sql`create function refuse() returns trigger language plpgsql as 'begin raise exception $$a row is deleted$$; end'`;
      await sql`create trigger refuse before delete on event_log for each row execute function refuse()`;
    });
    const rows = await countLog(db);
    expect(rows).toBeGreaterThan(2600);
    const { dropped, kept } = await applyRetention(db, { retentionDays: 5.9 });
    expect(kept).toStrictEqual([]);
    expect(dropped.filter((name) => name.startsWith('event_log_')).length).toBeGreaterThan(1);
    expect(await countLog(db)).toBeLessThan(rows / 2);
  });
});

async function countLog(db: Database): Promise<number> {
  return (await db.run(({ sql }) => sql`select from event_log`)).length;
}

async function readBuckets(db: Database) {
  return await db.run(
    ({ sql }) => sql`select * from corridor_buckets order by bucket_start, source_asset, dest_asset, is_self`,
  );
}
