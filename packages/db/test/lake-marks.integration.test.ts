import { eventually } from '@stellar-insights/devstack/testing';
import type { LedgerRange } from '@stellar-insights/ledger';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { syncCorridorBuckets } from '../src/corridors/index.ts';
import { listLakeMarks, moveLakeMark } from '../src/facts-lakes/index.ts';
import { transaction, type Database } from '../src/index.ts';
import { fillGap } from '../src/ledgers/index.ts';
import { applyRetention } from '../src/partitions/index.ts';
import { rollUpPoolTrades } from '../src/pools/index.ts';
import { commit } from './commit.ts';
import { test } from './migrated-database.ts';
import { named } from './partition-names.ts';

const DAY_MS = 86_400_000;
// A day apart, over the end of a partition.
const ledgers = simulatedLedgers(10, { startLedger: 199_997, closeIntervalMs: DAY_MS });
const LAKE = 's3://bucket/lake';

async function store(db: Database): Promise<void> {
  for (const facts of ledgers) await commit(db, facts);
  while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
  while ((await rollUpPoolTrades(db, { limit: 100 })).remaining);
}

/** Moves the mark to a ledger, and returns the ranges that it was moved by. */
async function move(db: Database, mark: number): Promise<readonly LedgerRange[]> {
  let ranges: readonly LedgerRange[] = [];
  await moveLakeMark(db, LAKE, (stored) => {
    ranges = stored;
    return mark;
  });
  return ranges;
}

const marksIn = (db: Database) => db.run(listLakeMarks);
const retain = async (db: Database, factsLakeUrl?: string) => {
  const { dropped } = await applyRetention(db, { retentionDays: 1, factsLakeUrl });
  return dropped.filter((name) => !name.startsWith('event_log_'));
};

describe('the mark of a facts lake', () => {
  test('is moved by the ranges of ledgers that are stored with their facts', async ({ db }) => {
    expect(await move(db, 0)).toStrictEqual([]);
    await store(db);
    expect(await move(db, 1)).toStrictEqual([{ from: 199_997, to: 200_006 }]);
    await db.run(
      ({ sql }) => sql`insert into ledger_gaps (first, last) values (199999, 200000), (200003, 200003)`,
    );
    expect(await move(db, 2)).toStrictEqual([
      { from: 199_997, to: 199_998 },
      { from: 200_001, to: 200_002 },
      { from: 200_004, to: 200_006 },
    ]);
    await db.run(({ sql }) => sql`update retention_horizon set facts_from = 200002`);
    expect((await move(db, 3))[0]).toStrictEqual({ from: 200_002, to: 200_002 });
    expect(await marksIn(db)).toStrictEqual([{ url: LAKE, completeBefore: 3 }]);
  });

  test('is lowered by ledgers that are stored below it, which whoever moves it at the same time sees', async ({
    db,
  }) => {
    await store(db);
    await db.run(({ sql }) => sql`insert into ledger_gaps (first, last) values (199999, 200001)`);
    await move(db, 200_005);
    await transaction(db, (tx) => fillGap(tx, { from: 200_000, to: 200_001 }));
    expect(await marksIn(db)).toStrictEqual([{ url: LAKE, completeBefore: 200_000 }]);

    await move(db, 200_005);
    const filling = Promise.withResolvers<undefined>();
    const filled = transaction(db, async (tx) => {
      await fillGap(tx, { from: 199_999, to: 199_999 });
      await filling.promise;
    });
    const moved = move(db, 200_006);
    filling.resolve(undefined);
    await filled;
    const ranges = await moved;
    const [{ completeBefore } = { completeBefore: 0 }] = await marksIn(db);
    // Whichever came first: the move has seen the ledgers, or they have lowered the mark.
    const hasSeen = ranges.length === 1;
    expect(completeBefore).toBe(hasSeen ? 200_006 : 199_999);
  });

  test('that passes ledgers while these are being stored above it, has seen them, or is lowered', async ({
    db,
  }) => {
    await store(db);
    await db.run(({ sql }) => sql`insert into ledger_gaps (first, last) values (200000, 200001)`);
    await move(db, 199_998);
    const [filled, mayEnd] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const filling = transaction(db, async (tx) => {
      await fillGap(tx, { from: 200_000, to: 200_001 });
      filled.resolve(undefined);
      await mayEnd.promise;
    });
    await filled.promise;
    const moving = move(db, 200_005);
    await eventually(async () => {
      const waiting = await db.run(
        ({ sql }) =>
          sql`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%facts_lakes%'`,
      );
      const [mark] = await marksIn(db);
      expect(waiting.length === 1 || mark?.completeBefore === 200_005).toBe(true);
    });
    mayEnd.resolve(undefined);
    await filling;
    const ranges = await moving;
    const [mark] = await marksIn(db);
    expect(ranges.length === 1 || (mark?.completeBefore ?? 0) <= 200_000).toBe(true);
  });

  test('keeps facts from being dropped, until the lake has them', async ({ db }) => {
    await store(db);
    expect(await retain(db, LAKE)).toStrictEqual([]);
    await move(db, 199_999);
    expect(await retain(db, LAKE)).toStrictEqual([]);
    await move(db, 200_000);
    expect(await retain(db, 's3://bucket/other')).toStrictEqual([]);
    expect(await retain(db, LAKE)).toStrictEqual(named(180_000));
  });
});
