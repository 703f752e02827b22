import type { LedgerFacts } from '@stellar-insights/ledger';
import { seed } from '@stellar-insights/devstack/vitest';
import { Random } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import type { Database, Transaction } from '../src/index.ts';
import { expireTiers, listCorridors, syncCorridorBuckets, type Window } from '../src/corridors/index.ts';
import { insertRows, prepareFacts } from '../src/facts/insert-facts.ts';
import { TIERS } from '../src/corridors/tiers.ts';
import { ensurePartitions } from '../src/partitions/index.ts';
import { expectedRows, storedRows } from './tier-rows.ts';
import { test } from './migrated-database.ts';
import {
  DAY_MS,
  expectTruth,
  HOUR_MS,
  ledgers,
  RETENTION,
  rollingBack,
  START,
  windowOf,
} from './tier-truth.ts';

describe('ledgers that are stored late', () => {
  const late = ledgers.filter((_, place) => place % 10 === 3);
  const others = ledgers.filter((facts) => !late.includes(facts));

  /** The last ledger is the cursor. */
  async function store(db: Database, some: readonly LedgerFacts[]): Promise<void> {
    await ensurePartitions(db, 1000);
    const nothing = () => Promise.resolve();
    await insertRows(db, await prepareFacts(db, some), nothing, nothing);
    await db.run(
      ({ sql }) => sql`
        insert into ledger_cursor (network_passphrase, sequence, hash, closed_at)
        select 'Simulated Network', sequence, hash, closed_at from ledgers order by sequence desc limit 1
        on conflict do nothing`,
    );
  }

  test('are counted in their hours and days, though the buckets and hours of that time have expired', async ({
    db,
  }) => {
    await store(db, others);
    while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
    await expireTiers(db, RETENTION);
    await store(db, late);
    const random = new Random(`${seed()} late`);
    const check = () =>
      rollingBack(db, async (tx) => {
        for (const days of [1, 3, 6]) {
          await expectTruth(tx, await windowOf(tx, { windowMs: days * DAY_MS }), random);
        }
      });
    await check();
    while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
    await check();
    for (const { table, ms } of TIERS.slice(1)) {
      const stored = await db.run((executor) => storedRows(executor, table));
      const first = Math.min(...stored.map(({ bucketStart }) => bucketStart));
      expect(stored).toStrictEqual(
        expectedRows(ledgers, ms).filter(({ bucketStart }) => bucketStart >= first),
      );
    }
  });

  test('are counted in their hour and day, though older ones of the same hour or day are refused', async ({
    db,
  }) => {
    // Of one day whose buckets are kept, and of one of which only hours are.
    const horizons = [4, 2].map((day) => {
      const place = ledgers.findIndex(({ header }) => header.closedAt >= START + day * DAY_MS + 12 * HOUR_MS);
      // The first of three ledgers: it lies in one bucket, the other two in the next one.
      return Math.ceil(place / 3) * 3;
    });
    const lateOnes = horizons.map((place) => [-6, 0, 1, 6].map((offset) => ledgers[place + offset]));
    const absent = new Set(lateOnes.flat());
    await store(
      db,
      ledgers.filter((facts) => !absent.has(facts)),
    );
    while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
    await expireTiers(db, RETENTION);
    const refused = new Set<LedgerFacts>();
    for (const [nth, place] of horizons.entries()) {
      const lost = ledgers[place] as LedgerFacts;
      const some = lateOnes[nth] as LedgerFacts[];
      await store(db, some);
      await db.run(({ sql }) => sql`update retention_horizon set facts_from = ${lost.header.sequence + 1}`);
      while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
      const { ms } = TIERS[nth] as (typeof TIERS)[number];
      for (const facts of some) {
        if (Math.floor(facts.header.closedAt / ms) * ms <= lost.header.closedAt) refused.add(facts);
      }
    }
    expect(refused.size).toBe(5);
    const counted = ledgers.filter((facts) => !refused.has(facts));
    for (const { table, ms } of TIERS) {
      const rows = await db.run((executor) => storedRows(executor, table));
      const first = Math.min(...rows.map(({ bucketStart }) => bucketStart));
      expect(rows, table).toStrictEqual(
        expectedRows(counted, ms).filter(({ bucketStart }) => bucketStart >= first),
      );
    }
  });

  test('change nothing, and say so, where the facts of that time are not all kept any more', async ({
    db,
  }) => {
    await store(db, others);
    while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
    await expireTiers(db, RETENTION);
    const before = await db.run((executor) => storedRows(executor, 'corridor_days'));
    // The facts of the first day are gone.
    const expired = late.filter(({ header }) => header.closedAt < START + 20 * HOUR_MS);
    const [next] = others.filter(({ header }) => header.closedAt > START + 22 * HOUR_MS);
    await db.run(({ sql }) => sql`update retention_horizon set facts_from = ${next?.header.sequence ?? 0}`);
    await store(db, expired);
    const refused: number[] = [];
    const onRefused = ({ start }: { start: Date }) => refused.push(start.getTime());
    const list = (tx: Transaction, window: Window) =>
      listCorridors(tx, {
        window,
        includeSelf: true,
        order: { by: 'corridor', descending: false },
        limit: 10_000,
      });
    const answers: unknown[] = [];
    const ask = () =>
      rollingBack(db, async (tx) => {
        answers.push(await list(tx, await windowOf(tx, { windowMs: 90 * DAY_MS })));
      });
    await ask();
    expect(await syncCorridorBuckets(db, { limit: 100, onRefused })).toMatchObject({ buckets: 0 });
    await ask();
    expect(refused).toHaveLength(new Set(refused).size);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers[1]).toStrictEqual(answers[0]);
    expect(await db.run((executor) => storedRows(executor, 'corridor_days'))).toStrictEqual(before);
  });
});
