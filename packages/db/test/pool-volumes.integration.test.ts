import { BUCKET_MS } from '@stellar-insights/analytics';
import { seed } from '@stellar-insights/devstack/vitest';
import type { LedgerFacts, TradeFact } from '@stellar-insights/ledger';
import { NETWORK, Random, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { connectDatabase, transaction, type Database } from '../src/index.ts';
import { insertRows, prepareFacts } from '../src/facts/insert-facts.ts';
import { commitLedgers } from '../src/ledgers/index.ts';
import { ensurePartitions } from '../src/partitions/index.ts';
import {
  expirePoolBuckets,
  readPoolInputs,
  readPoolWindows,
  rollUpMarked,
  rollUpPoolTrades,
  type PoolInput,
} from '../src/pools/index.ts';
import { test } from './migrated-database.ts';

const [MINUTE_MS, DAY_MS] = [60_000, 86_400_000];

/** Ten days: three ledgers each 110 minutes, of which two or all lie in one bucket. */
const ledgers = simulatedLedgers(390).map((facts, place): LedgerFacts => {
  const closedAt =
    Date.UTC(2026, 0, 1, 0, 4) + Math.floor(place / 3) * 110 * MINUTE_MS + (place % 3) * 70_000;
  return { ...facts, header: { ...facts.header, closedAt } };
});
const last = ledgers.at(-1) as LedgerFacts;

async function commitAll(db: Database, some: readonly LedgerFacts[]): Promise<void> {
  await commitLedgers(
    db,
    some.map((facts) => ({ facts, events: [] })),
    NETWORK,
  );
}

/** As a backfill would: the cursor stays. */
async function storeLate(db: Database, some: readonly LedgerFacts[]): Promise<void> {
  const nothing = () => Promise.resolve();
  await insertRows(db, await prepareFacts(db, some), nothing, nothing);
}

async function rollUpAll(db: Database): Promise<void> {
  while ((await rollUpPoolTrades(db, { limit: 20 })).remaining);
}

/** What a sync reads: whatever is marked is counted in the same transaction. */
function counted(db: Database): Promise<{ readonly day: string[]; readonly week: string[] }> {
  return transaction(
    db,
    async (tx) => {
      while ((await rollUpMarked(tx, { limit: 20 })).remaining);
      const windows = await readPoolWindows(tx);
      if (windows === null) throw new TypeError('found no ledger');
      const [day, week] = [
        await readPoolInputs(tx, { from: windows.from24h, to: windows.to }),
        await readPoolInputs(tx, { from: windows.from7d, to: windows.to }),
      ];
      return { day: lines(day), week: lines(week) };
    },
    { isolation: 'repeatable read', attempts: 5 },
  );
}

/** The same from the trades themselves. */
function expected(some: readonly LedgerFacts[]): { readonly day: string[]; readonly week: string[] } {
  const of = (days: number): string[] => {
    const from = Math.floor((last.header.closedAt - days * DAY_MS) / BUCKET_MS) * BUCKET_MS;
    const sums = new Map<string, PoolInput>();
    for (const { header, trades } of some) {
      if (header.closedAt < from) continue;
      for (const trade of trades) if (trade.maker.type === 'pool') add(sums, trade, trade.maker.pool);
    }
    return lines([...sums.values()]);
  };
  return { day: of(1), week: of(7) };
}

function add(sums: Map<string, PoolInput>, trade: TradeFact, pool: PoolInput['pool']): void {
  const { boughtAsset, soldAsset, boughtAmount } = trade;
  const key = `${pool} ${boughtAsset}`;
  const { trades = 0, bought = 0n } = sums.get(key) ?? {};
  sums.set(key, { pool, boughtAsset, soldAsset, trades: trades + 1, bought: bought + boughtAmount });
}

function lines(inputs: readonly PoolInput[]): string[] {
  return inputs
    .map(({ pool, boughtAsset, soldAsset, trades, bought }) =>
      [pool, boughtAsset, soldAsset, trades, bought].join(' '),
    )
    .toSorted();
}

describe('the trades of pools', () => {
  test('are counted once, in whatever order their ledgers are stored and rolled up', async ({ db }) => {
    const random = new Random(`${seed()} pools`);
    const late = new Set(ledgers.filter(() => random.integer(0, 9) === 0));
    late.delete(last);
    const others = ledgers.filter((facts) => !late.has(facts));
    await ensurePartitions(db, 1000);
    await storeLate(db, others);
    await db.run(
      ({ sql }) => sql`
        insert into ledger_cursor (network_passphrase, sequence, hash, closed_at)
        select 'Simulated Network', sequence, hash, closed_at from ledgers order by sequence desc limit 1`,
    );
    expect(await counted(db)).toStrictEqual(expected(others));
    const rest = [...late].toReversed();
    while (rest.length > 0) {
      await storeLate(db, rest.splice(0, random.integer(1, 9)));
      await rollUpPoolTrades(db, { limit: random.integer(1, 3) });
    }
    const all = expected(ledgers);
    expect(all.week.length).toBeGreaterThan(all.day.length);
    expect(await counted(db)).toStrictEqual(all);
    // What is computed again is not counted again, and nothing of the windows expires.
    await db.run(
      ({ sql }) => sql`
        insert into dirty_pool_buckets (bucket_start, ledger) select distinct bucket_start, 1::int8 from pool_buckets`,
    );
    await expirePoolBuckets(db);
    expect(await counted(db)).toStrictEqual(all);
  });

  test('are counted once if two processes roll them up while ledgers are committed', async ({ db, url }) => {
    await using rival = connectDatabase(url, { applicationName: 'rival' });
    const stored = new AbortController();
    const rollUps = [db, rival].map(async (pool) => {
      while (!stored.signal.aborted) await rollUpPoolTrades(pool, { limit: 2 });
    });
    for (let place = 0; place < ledgers.length; place += 15) {
      await commitAll(db, ledgers.slice(place, place + 15));
    }
    stored.abort();
    await Promise.all(rollUps);
    expect(await counted(db)).toStrictEqual(expected(ledgers));
    expect(await db.run(({ sql }) => sql`select from dirty_pool_buckets`)).toHaveLength(0);
  });

  test('of a roll-up that is killed before its commit are counted by the next one', async ({ db }) => {
    await commitAll(db, ledgers.slice(-60));
    const killed = transaction(db, async (tx) => {
      await rollUpMarked(tx, { limit: 100 });
      throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    expect(await counted(db)).toStrictEqual(expected(ledgers.slice(-60)));
  });

  test('that an older build has stored without marks are counted, and what is no longer kept stays counted', async ({
    db,
  }) => {
    await commitAll(db, ledgers);
    await db.run(async ({ sql }) => {
      await sql`delete from dirty_pool_buckets`;
      await sql`update ledgers set facts_version = 1`;
    });
    expect(await counted(db)).toStrictEqual(expected(ledgers));
    await db.run(
      ({ sql }) => sql`
        update retention_horizon set facts_from = (select sequence - 3 from ledger_cursor)`,
    );
    await db.run(
      ({ sql }) => sql`
        insert into dirty_pool_buckets (bucket_start, ledger) select distinct bucket_start, 1::int8 from pool_buckets`,
    );
    await db.run(
      ({ sql }) => sql`delete from trades where ledger < (select facts_from from retention_horizon)`,
    );
    expect((await rollUpPoolTrades(db, { limit: 1000 })).refused).toBeGreaterThan(50);
    expect(await counted(db)).toStrictEqual(expected(ledgers));
  });

  test('that no window reaches are not counted any more', async ({ db }) => {
    await commitAll(db, ledgers);
    await rollUpAll(db);
    const [oldest] = await db.run(
      ({ sql }) => sql<{ age: number }[]>`
        select extract(epoch from (select closed_at from ledger_cursor) - min(bucket_start))::float8 / 86400 as age
        from pool_buckets`,
    );
    expect(oldest?.age).toBeGreaterThan(7);
    expect(oldest?.age).toBeLessThan(9);
    await storeLate(db, simulatedLedgers(1, { startLedger: 500, startTime: Date.UTC(2025, 0, 1) }));
    await rollUpAll(db);
    expect(await db.run(({ sql }) => sql`select from dirty_pool_buckets`)).toHaveLength(0);
  });
});
