import type { AssetId, LedgerFacts } from '@stellar-insights/ledger';
import { seed } from '@stellar-insights/devstack/vitest';
import { NETWORK, Random } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { connectDatabase, type Transaction } from '../src/index.ts';
import {
  expireTiers,
  readCorridorHistory,
  syncCorridorBuckets,
  type Window,
} from '../src/corridors/index.ts';
import { findIds } from '../src/dictionary/index.ts';
import { recomputeBuckets } from '../src/corridors/sync-buckets.ts';
import { TIERS } from '../src/corridors/tiers.ts';
import { commitLedgers } from '../src/ledgers/index.ts';
import { expectedRows, storedRows } from './tier-rows.ts';
import { test as onDatabase } from './migrated-database.ts';
import {
  DAY_MS,
  expectTruth,
  HOUR_MS,
  last,
  ledgers,
  ledgersIn,
  MINUTE_MS,
  RETENTION,
  rollingBack,
  START,
  windowOf,
} from './tier-truth.ts';

/** `stored`: what expired in a database that holds the ledgers; `full`: a pool to it. The tests leave it as it is. */
const test = onDatabase
  .extend('stored', { scope: 'file' }, async ({ filePostgres: server, template }) => {
    const url = await server.createDatabase('stored', { template });
    await using db = connectDatabase(url, { applicationName: 'test' });
    const commits = ledgers.map((facts) => ({ facts, events: [] }));
    await commitLedgers(db, commits, NETWORK);
    while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
    return { url, ...(await expireTiers(db, RETENTION)) };
  })
  .extend('full', ({ stored }, { onCleanup }) => {
    const db = connectDatabase(stored.url, { applicationName: 'test' });
    onCleanup(() => db[Symbol.asyncDispose]());
    return db;
  });

interface Place {
  readonly start: number;
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
}

const places: readonly Place[] = [
  ...new Map(
    expectedRows(ledgers, TIERS[0].ms).map(({ bucketStart: start, sourceAsset, destAsset }) => [
      `${start} ${sourceAsset} ${destAsset}`,
      { start, sourceAsset, destAsset },
    ]),
  ).values(),
];

/** Marks buckets, and makes all rows wrong that the marks say are not to be used. */
async function mark(tx: Transaction, some: readonly Place[]): Promise<void> {
  const { sql } = tx;
  const { assets } = await findIds(tx, {
    assets: places.flatMap(({ sourceAsset, destAsset }) => [sourceAsset, destAsset]),
  });
  for (const { start, ...names } of some) {
    const [sourceAsset, destAsset] = [names.sourceAsset, names.destAsset].map(
      (name) => assets.get(name) ?? 0,
    ) as [number, number];
    await sql`
      insert into dirty_corridor_buckets (bucket_start, source_asset, dest_asset, ledger)
      values (${iso(start)}, ${sourceAsset}, ${destAsset}, ${last.header.sequence}) on conflict do nothing`;
    for (const { table, ms } of TIERS) {
      await sql`
        update ${sql(table)} set attempts = attempts + 1000, delivered = delivered + 1, failures = '[]', size_classes = '[]'
        where bucket_start = ${iso(Math.floor(start / ms) * ms)}
          and source_asset = ${sourceAsset} and dest_asset = ${destAsset}`;
    }
  }
}

/** The points of one corridor, in any step, equal the sums of the payments of their time. */
async function expectTrueHistory(tx: Transaction, window: Window, intervalMs: number): Promise<void> {
  const [corridor] = expectedRows(ledgers, 1000 * DAY_MS).toSorted((a, b) => b.attempts - a.attempts);
  if (corridor === undefined) throw new RangeError('found no corridor');
  const { sourceAsset, destAsset } = corridor;
  const first = window.isEmpty ? window.from : window.fromLedgerClosedAt;
  const from = Math.floor(first / intervalMs) * intervalMs;
  const part = { from, to: window.end ?? Math.floor(window.to / intervalMs) * intervalMs + intervalMs };
  const points = await readCorridorHistory(tx, { window, sourceAsset, destAsset, intervalMs, part });
  const inWindow = ledgersIn(window);
  const attempts = (counts: ReadonlyMap<number, number>) => [...counts].toSorted(([a], [b]) => a - b);
  const expected = new Map<number, number>();
  for (const row of expectedRows(inWindow, intervalMs)) {
    if (row.sourceAsset !== sourceAsset || row.destAsset !== destAsset) continue;
    expected.set(row.bucketStart, (expected.get(row.bucketStart) ?? 0) + row.attempts);
  }
  const found = [...points].map(
    ([start, { others, self }]) => [start, others.attempts + self.attempts] as const,
  );
  expect(attempts(new Map(found))).toStrictEqual(attempts(expected));
}

describe('the tiers', () => {
  test('equal what analytics computes from the facts of their time, as far back as each is kept', async ({
    full: db,
    stored,
  }) => {
    expect(stored.removed).toBeGreaterThan(100);
    const day = Math.floor(last.header.closedAt / DAY_MS) * DAY_MS;
    const kept = [day - RETENTION.bucketDays * DAY_MS, day - RETENTION.hourDays * DAY_MS, 0];
    for (const [place, { table, ms }] of TIERS.entries()) {
      const expected = expectedRows(ledgers, ms).filter(
        ({ bucketStart }) => bucketStart >= (kept[place] ?? 0),
      );
      expect(await db.run((executor) => storedRows(executor, table))).toStrictEqual(expected);
    }
    expect(await expireTiers(db, RETENTION)).toStrictEqual({ removed: 0 });
  });

  test('give the sums of the payments for any window and any marks, and once the marks are counted', async ({
    full: db,
  }) => {
    const random = new Random(`${seed()}`);
    for (let round = 0; round < 40; round++) {
      const marked = Array.from({ length: random.integer(0, 12) }, () => drawPlace(random));
      const windowMs = random.integer(1, round % 2 === 0 ? 40 : 140) * 61 * MINUTE_MS;
      const toLedger = random.chance(0.5) ? undefined : 1000 + random.integer(1, ledgers.length - 1);
      const until = round % 3 === 0 ? undefined : START + random.integer(-1, 8 * 24) * HOUR_MS + 1;
      const alignMs = [5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS][round % 5] ?? HOUR_MS;
      await rollingBack(db, async (tx) => {
        await mark(tx, marked);
        const expectAll = async (): Promise<void> => {
          const window = await windowOf(tx, { windowMs, until, toLedger });
          await expectTruth(tx, window, random);
          await expectTrueHistory(tx, await windowOf(tx, { windowMs, until, alignMs }), alignMs);
        };
        await expectAll();
        for (const { start } of marked) await recomputeBuckets(tx, iso(start));
        await expectAll();
      });
    }
  });

  test('give the sums of the same ledgers for a range that is asked about again when more are stored', async ({
    full: db,
  }) => {
    await rollingBack(db, async (tx) => {
      // The middle one of three ledgers of a bucket, and the bucket's end.
      const newest = ledgers[304] as LedgerFacts;
      const end = Math.ceil(newest.header.closedAt / (5 * MINUTE_MS)) * 5 * MINUTE_MS;
      const range = { windowMs: 2 * HOUR_MS, toLedger: newest.header.sequence };
      for (const until of [end, end + HOUR_MS]) {
        const open = await windowOf(tx, { ...range, until });
        expect(open).toMatchObject({ end: null, toLedger: newest.header.sequence, isPast: true });
        await expectTruth(tx, open, new Random('open'));
      }
      const whole = await windowOf(tx, { ...range, until: end - 5 * MINUTE_MS });
      expect(whole).toMatchObject({
        end: end - 5 * MINUTE_MS,
        newest: newest.header.sequence,
        isEmpty: false,
      });
      await expectTruth(tx, whole, new Random('whole'));
    });
  });

  test('are the same again once any marks are counted', async ({ full: db }) => {
    const random = new Random(`${seed()} again`);
    await rollingBack(db, async (tx) => {
      const before = await Promise.all(TIERS.map(({ table }) => storedRows(tx, table)));
      const marked = Array.from({ length: 60 }, () => drawPlace(random));
      await mark(tx, marked);
      for (const { start } of marked) await recomputeBuckets(tx, iso(start));
      expect(await Promise.all(TIERS.map(({ table }) => storedRows(tx, table)))).toStrictEqual(before);
    });
  });

  test('round the end of a range up to what is kept there', async ({ full: db }) => {
    await rollingBack(db, async (tx) => {
      const { bucketsFrom, hoursFrom } = await windowOf(tx, { windowMs: HOUR_MS });
      const endOf = async (until: number, alignMs?: number) =>
        (await windowOf(tx, { windowMs: 30 * HOUR_MS, until, alignMs })).end;
      expect(await endOf(bucketsFrom + 1)).toBe(bucketsFrom + 5 * MINUTE_MS);
      expect(await endOf(bucketsFrom + 1, 15 * MINUTE_MS)).toBe(bucketsFrom + 15 * MINUTE_MS);
      expect(await endOf(bucketsFrom)).toBe(bucketsFrom);
      expect(await endOf(bucketsFrom - 2 * HOUR_MS + 1)).toBe(bucketsFrom - HOUR_MS);
      expect(await endOf(hoursFrom - 2 * HOUR_MS)).toBe(hoursFrom);
    });
  });

  test('round the beginning of a window down to what is kept there', async ({ full: db }) => {
    await rollingBack(db, async (tx) => {
      const { to, bucketsFrom, hoursFrom } = await windowOf(tx, { windowMs: HOUR_MS });
      const fromOf = async (ago: number, alignMs?: number) =>
        (await windowOf(tx, { windowMs: ago, alignMs })).from;
      const at = (time: number, ms: number) => Math.floor(time / ms) * ms;
      const [recent, older, oldest] = [to - bucketsFrom - 1, to - bucketsFrom + 1, to - hoursFrom + 1];
      expect(await fromOf(recent)).toBe(at(to - recent, 5 * MINUTE_MS));
      expect(await fromOf(older)).toBe(at(to - older, HOUR_MS));
      expect(await fromOf(oldest)).toBe(at(to - oldest, DAY_MS));
      // Points are not made longer than was asked for: the list begins where they can be that short.
      expect(await fromOf(oldest, 15 * MINUTE_MS)).toBe(bucketsFrom);
      expect(await fromOf(oldest, 6 * HOUR_MS)).toBe(hoursFrom);
      expect(await fromOf(oldest, DAY_MS)).toBe(at(to - oldest, DAY_MS));
    });
  });
});

function drawPlace(random: Random): Place {
  return places[random.integer(0, places.length - 1)] as Place;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
