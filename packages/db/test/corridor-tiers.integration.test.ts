import {
  byCodeUnits,
  collapseBuckets,
  addPayments,
  emptyBuckets,
  sortedCorridors,
  wholeTally,
  type Tally,
} from '@stellar-insights/analytics';
import type { AssetId, LedgerFacts } from '@stellar-insights/ledger';
import { seed } from '@stellar-insights/devstack/vitest';
import { NETWORK, Random, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { connectDatabase, transaction, type Database, type Transaction } from '../src/index.ts';
import {
  expireTiers,
  listCorridors,
  readCorridor,
  readCorridorFailures,
  readCorridorHistory,
  resolveWindow,
  syncCorridorBuckets,
  type Window,
} from '../src/corridors/index.ts';
import { findIds } from '../src/dictionary/index.ts';
import { insertLedgers } from '../src/facts/insert-facts.ts';
import { recomputeBuckets } from '../src/corridors/sync-buckets.ts';
import { TIERS } from '../src/corridors/tiers.ts';
import { commitLedgers } from '../src/ledgers/index.ts';
import { ensurePartitions } from '../src/partitions/index.ts';
import { columnsOfTally, expectedRows, storedRows } from './tier-rows.ts';
import { test as onDatabase } from './migrated-database.ts';

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];
const START = Date.UTC(2026, 0, 1, 0, 4);

/** Six days. Three ledgers each 75 minutes, of which two or all lie in one bucket. */
const ledgers = simulatedLedgers(345).map((facts, place): LedgerFacts => {
  const closedAt = START + Math.floor(place / 3) * 75 * MINUTE_MS + (place % 3) * 70_000;
  return { ...facts, header: { ...facts.header, closedAt } };
});
const last = ledgers.at(-1) as LedgerFacts;
/** Buckets are kept of the last two or three days, hours of the last four or five. */
const RETENTION = { bucketDays: 2, hourDays: 4 };

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

/** Everything that the API answers about a window equals the sum of the payments that it is about. */
async function expectTruth(tx: Transaction, window: Window, random: Random): Promise<void> {
  const inWindow = ledgers.filter(
    ({ header }) => header.closedAt >= window.from && header.sequence <= window.toLedger,
  );
  const buckets = emptyBuckets();
  for (const { header, payments } of inWindow) addPayments(buckets, header.closedAt, payments);
  const truth = sortedCorridors(collapseBuckets(buckets));
  const order = { by: 'corridor', descending: false } as const;
  const listed = await listCorridors(tx, { window, includeSelf: true, order, limit: 10_000 });
  expect(listed.map(({ place: _, ...corridor }) => corridor)).toStrictEqual(
    truth.map(({ sourceAsset, destAsset, others, self }) => ({
      sourceAsset,
      destAsset,
      others: countsOf(others),
      self: countsOf(self),
    })),
  );
  const corridor = truth[random.integer(0, truth.length - 1)];
  if (corridor === undefined) return;
  const { sourceAsset, destAsset } = corridor;
  const { failures, sizeClasses } = columnsOfTally(wholeTally(corridor));
  const question = { window, sourceAsset, destAsset, includeSelf: true };
  expect((await readCorridor(tx, question)).sizeClasses).toStrictEqual(sizeClasses);
  expect((await readCorridorFailures(tx, question)).toSorted(byReason)).toStrictEqual(
    failures.toSorted(byReason),
  );
}

function byReason(a: { reason: string; blame: string }, b: { reason: string; blame: string }): number {
  return byCodeUnits(`${a.reason} ${a.blame}`, `${b.reason} ${b.blame}`);
}

function countsOf({ attempts, successes, delivered }: Tally) {
  return { attempts, successes, delivered };
}

/** The points of one corridor, in any step, equal the sums of the payments of their time. */
async function expectTrueHistory(tx: Transaction, window: Window, intervalMs: number): Promise<void> {
  const [corridor] = expectedRows(ledgers, 1000 * DAY_MS).toSorted((a, b) => b.attempts - a.attempts);
  if (corridor === undefined) throw new RangeError('found no corridor');
  const { sourceAsset, destAsset } = corridor;
  const from = Math.floor(window.fromLedgerClosedAt / intervalMs) * intervalMs;
  const part = { from, to: Math.floor(window.to / intervalMs) * intervalMs + intervalMs };
  const points = await readCorridorHistory(tx, { window, sourceAsset, destAsset, intervalMs, part });
  const inWindow = ledgers.filter(
    ({ header }) => header.closedAt >= window.from && header.sequence <= window.toLedger,
  );
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

class RolledBack extends Error {}

/** Runs it in a snapshot, and undoes what it did. */
async function rollingBack(db: Database, work: (tx: Transaction) => Promise<void>): Promise<void> {
  const rollBack = async (tx: Transaction): Promise<void> => {
    await work(tx);
    throw new RolledBack();
  };
  await transaction(db, rollBack, { isolation: 'repeatable read' }).catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error;
  });
}

async function windowOf(tx: Transaction, options: Parameters<typeof resolveWindow>[1]): Promise<Window> {
  const window = await resolveWindow(tx, options);
  if (window === null) throw new RangeError('found no window');
  return window;
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
      const alignMs = [5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS][round % 5] ?? HOUR_MS;
      await rollingBack(db, async (tx) => {
        await mark(tx, marked);
        const expectAll = async (): Promise<void> => {
          const window = await windowOf(tx, { windowMs, toLedger });
          await expectTruth(tx, window, random);
          await expectTrueHistory(tx, await windowOf(tx, { windowMs, alignMs }), alignMs);
        };
        await expectAll();
        for (const { start } of marked) await recomputeBuckets(tx, iso(start));
        await expectAll();
      });
    }
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

describe('ledgers that are stored late', () => {
  const late = ledgers.filter((_, place) => place % 10 === 3);
  const others = ledgers.filter((facts) => !late.includes(facts));

  /** The last ledger is the cursor. */
  async function store(db: Database, some: readonly LedgerFacts[]): Promise<void> {
    await ensurePartitions(db, 1000);
    const nothing = () => Promise.resolve();
    await insertLedgers(db, some, nothing, nothing);
    await db.run(
      ({ sql }) => sql`
        insert into ledger_cursor (network_passphrase, sequence, hash, closed_at)
        select 'Simulated Network', sequence, hash, closed_at from ledgers order by sequence desc limit 1
        on conflict do nothing`,
    );
  }

  onDatabase(
    'are counted in their hours and days, though the buckets and hours of that time have expired',
    async ({ db }) => {
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
    },
  );

  onDatabase(
    'are counted in their hour and day, though older ones of the same hour or day are refused',
    async ({ db }) => {
      // Of one day whose buckets are kept, and of one of which only hours are.
      const horizons = [4, 2].map((day) => {
        const place = ledgers.findIndex(
          ({ header }) => header.closedAt >= START + day * DAY_MS + 12 * HOUR_MS,
        );
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
    },
  );

  onDatabase(
    'change nothing, and say so, where the facts of that time are not all kept any more',
    async ({ db }) => {
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
    },
  );
});

function drawPlace(random: Random): Place {
  return places[random.integer(0, places.length - 1)] as Place;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
