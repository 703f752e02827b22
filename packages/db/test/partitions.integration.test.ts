import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect } from 'vitest';
import { connectDatabase } from '../src/index.ts';
import { ensurePartitions } from '../src/partitions/index.ts';
import { readLedgerFacts } from '../src/facts/index.ts';
import { appendEvents, readEvents, readHead } from '../src/log/index.ts';
import { createMissingPartitions, FACT_TABLES } from '../src/partitions/fact-partitions.ts';
import { transaction } from '../src/transaction.ts';
import { test } from './migrated-database.ts';
import { commit } from './commit.ts';
import { factPartitions, logPartitions, named, numberedEvents, setCursor } from './partition-names.ts';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';

const DAY_MS = 86_400_000;
// A day apart, across the end of a partition.
const ledgers = simulatedLedgers(4, { startLedger: 199_997, closeIntervalMs: DAY_MS });

describe('the partitions of facts', () => {
  test('exist before the first ledger that needs them', async ({ db }) => {
    for (const facts of ledgers.slice(0, 3)) await commit(db, facts);
    expect(await factPartitions(db)).toStrictEqual(named(180_000, 200_000));
    for (const facts of ledgers.slice(3)) await commit(db, facts);
    expect(await factPartitions(db)).toStrictEqual(named(180_000, 200_000, 220_000));
    for (const facts of ledgers) {
      expect(await readLedgerFacts(db, facts.header.sequence)).toStrictEqual(facts);
    }
  });

  test('can be created by many at once, and again', async ({ db, url }) => {
    await using rival = connectDatabase(url, { applicationName: 'rival' });
    await Promise.all([db, rival, db, rival, db].map((pool) => ensurePartitions(pool, 2_147_483_646)));
    await ensurePartitions(db, 2_147_470_000);
    expect(await factPartitions(db)).toStrictEqual(named(2_147_460_000, 2_147_480_000));
  });

  test('have the keys and checks of their table', async ({ db }) => {
    for (const facts of ledgers.slice(0, 1)) await commit(db, facts);
    const twice = db.run(({ sql }) => sql`insert into transactions select * from transactions`);
    await expect(twice).rejects.toMatchObject({ code: '23505' });
  });

  test('are created anew where some of their tables have been dropped or detached', async ({ db }) => {
    const all = named(180_000, 200_000);
    await ensurePartitions(db, 180_000);
    for (const table of FACT_TABLES) {
      const partition = `${table}_180000`;
      for (const halfDrop of [
        `drop table ${partition}`,
        `alter table ${table} detach partition ${partition}`,
      ]) {
        await db.run(({ sql }) => sql.unsafe(halfDrop));
        expect(await factPartitions(db)).toStrictEqual(all.filter((name) => name !== partition));
        await ensurePartitions(db, 180_000);
        expect(await factPartitions(db)).toStrictEqual(all);
      }
    }
  });

  test('go on beside larger ones', async ({ db }) => {
    await db.run(async ({ sql }) => {
      for (const table of FACT_TABLES) {
        await sql.unsafe(
          `create table ${table}_100000 partition of ${table} for values from (100000) to (200000)`,
        );
      }
    });
    for (const facts of ledgers) await commit(db, facts);
    expect(await factPartitions(db)).toStrictEqual(named(100_000, 200_000, 220_000));
  });
});

describe('the partitions of the log', () => {
  test('lie ahead of its head, and each has the ids of about a day', async ({ db }) => {
    const start = Date.UTC(2026, 0, 1);
    for (let hour = 0; hour < 100; hour++) {
      await setCursor(db, start + hour * 3_600_000);
      await ensurePartitions(db, 1);
      await transaction(db, (tx) => appendEvents(tx, numberedEvents(100)));
    }
    const partitions = await logPartitions(db);
    const ids = partitions.map(({ first, next }) => Number(next - first));
    expect(ids.slice(0, 2)).toStrictEqual([1000, 1000]);
    for (const of of ids.slice(2)) expect(of).toBeGreaterThan(2300);
    for (const of of ids.slice(2)) expect(of).toBeLessThan(3000);
    const { lastId } = await readHead(db);
    expect(partitions.at(-2)?.first).toBeLessThanOrEqual(lastId);
    expect(partitions.at(-1)?.first).toBeGreaterThan(lastId);
  });

  test('are created by an append that finds none, whatever it appends', async ({ db }) => {
    for (const count of [1, 5000, 1, 999, 3001]) {
      await transaction(db, (tx) => appendEvents(tx, numberedEvents(count)));
    }
    const { epoch, lastId } = await readHead(db);
    expect(lastId).toBe(9002n);
    const { events } = await readEvents(db, { after: { epoch, id: 0n }, limit: 10_000 });
    expect(events.map(({ id }) => Number(id))).toStrictEqual(Array.from({ length: 9002 }, (_, i) => i + 1));
  });

  test('leave no hole and no duplicate where eight writers cross their ends', async ({ db }) => {
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let turn = 0; turn < 12; turn++) {
        if ((turn + writer) % 4 === 0) await ensurePartitions(db, 1);
        await transaction(db, (tx) => appendEvents(tx, numberedEvents(50 + writer)));
      }
    });
    await Promise.all(writers);
    const breaks = await db.run(
      ({ sql }) => sql`
        select first_id from (
          select first_id, coalesce(lag(last_id) over (order by first_id), 0) + 1 as expected from event_log
        ) entries where first_id <> expected`,
    );
    expect(breaks).toHaveLength(0);
    expect((await readHead(db)).lastId).toBe(5136n);
    expect((await logPartitions(db)).length).toBeGreaterThan(2);
  });

  test('are created, and appended to, while a reader of the whole log does not end', async ({ db }) => {
    await transaction(db, (tx) => appendEvents(tx, numberedEvents(1)));
    await db.client.begin(async (reader) => {
      await reader`select count(*) from event_log`;
      for (let turn = 0; turn < 5; turn++) {
        await transaction(db, (tx) => appendEvents(tx, numberedEvents(700)));
      }
    });
    expect((await readHead(db)).lastId).toBe(3501n);
  });

  test('are created by two writers who never wait for each other', async ({ db, url }) => {
    await using rival = connectDatabase(url, { applicationName: 'rival' });
    const first = await transaction(db, async (tx) => {
      await createMissingPartitions(tx, [1]);
      // It outruns the log's partitions, so it needs the lock that this transaction holds.
      const outrunning = transaction(rival, (other) => appendEvents(other, numberedEvents(5000)));
      await eventually(async () => {
        const waiting = await db.run(
          ({ sql }) => sql`
            select from pg_stat_activity where application_name = 'rival' and datname = current_database()
              and wait_event_type = 'Lock' and wait_event = 'advisory'`,
        );
        expect(waiting).toHaveLength(1);
      });
      return { appended: await appendEvents(tx, numberedEvents(1)), outrunning };
    });
    expect(first.appended).toMatchObject({ firstId: 1n, lastId: 1n });
    expect(await first.outrunning).toMatchObject({ firstId: 2n, lastId: 5001n });
  });

  test('are created beside commits by whoever publishes thousands of events', async ({ db, url }) => {
    await using publisher = connectDatabase(url, { applicationName: 'publisher' });
    const committing = async () => {
      for (const facts of simulatedLedgers(30, { startLedger: 199_990 })) await commit(db, facts);
    };
    const publishing = async () => {
      for (let turn = 0; turn < 60; turn++) {
        await transaction(publisher, (tx) => appendEvents(tx, numberedEvents(200)));
      }
    };
    await Promise.all([committing(), publishing(), publishing()]);
    const { epoch, lastId } = await readHead(db);
    const { events } = await readEvents(db, { after: { epoch, id: 0n }, limit: 100_000 });
    expect(events.map(({ id }) => id)).toStrictEqual(
      Array.from({ length: Number(lastId) }, (_, place) => BigInt(place + 1)),
    );
    expect(events.filter(({ data }) => data.startsWith('{"number":'))).toHaveLength(24_000);
  });
});
