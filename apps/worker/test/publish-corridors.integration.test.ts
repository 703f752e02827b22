import { connectDatabase } from '@stellar-insights/db';
import { syncCorridorBuckets } from '@stellar-insights/db/corridors';
import { seed } from '@stellar-insights/devstack/vitest';
import { countedTruth, Random, Simulation } from '@stellar-insights/simnet/testing';
import postgres from 'postgres';
import { describe, expect } from 'vitest';
import { publishCorridors } from '../src/corridors/publish-corridors.ts';
import {
  clone,
  corridorEvents,
  DAY_MS,
  isUpdate,
  ledgerWithAttempt,
  MINUTE_MS,
  nameOf,
  RULE,
  store,
  sync,
  test,
  type CorridorUpdated,
} from './support/published-corridors.ts';

/** What is counted of a corridor. */
function numbersOf({ attempted, succeeded, delivered_stroops, self }: CorridorUpdated['data']) {
  return [
    attempted,
    succeeded,
    delivered_stroops,
    self.attempted,
    self.succeeded,
    self.delivered_stroops,
  ].join(' ');
}

const NOTHING = '0 0 0 0 0 0';

/** The true numbers of each corridor in the 24 hours before the last ledger. */
function truthOf(simulation: Simulation): Map<string, string> {
  return new Map(
    simulation.corridors(simulation.beginning(DAY_MS)).map((truth) => {
      const others = countedTruth(truth, false);
      const numbers = [others, truth.self].flatMap(({ attempted, succeeded, delivered }) => [
        attempted,
        succeeded,
        delivered,
      ]);
      return [`${truth.sourceAsset} ${truth.destAsset}`, numbers.join(' ')];
    }),
  );
}

describe('the updates of corridors', () => {
  test('are the true numbers of 24 hours, of the corridors that changed and of no other', async ({ db }) => {
    // A ledger every 67 minutes: after 22 of them attempts leave the window.
    const simulation = new Simulation((facts) => store(db, facts), { closeIntervalMs: 67 * MINUTE_MS });
    const published = new Map<string, string>();
    let end = 0n;
    for (let round = 0; round < 14; round++) {
      // Some rounds have no ledger, and one has more than a whole window.
      const ledgers = round === 10 ? 30 : (round * 7) % 5;
      await simulation.close(round === 0 ? 5 : ledgers);
      await sync(db);
      const { events, ...log } = await corridorEvents(db, end);
      ({ end } = log);
      const updates = events.filter(isUpdate);
      expect(new Set(updates.map(nameOf)).size).toBe(updates.length);
      for (const update of updates) {
        expect(numbersOf(update.data), nameOf(update)).not.toBe(published.get(nameOf(update)) ?? NOTHING);
        published.set(nameOf(update), numbersOf(update.data));
        expect(update.data.to_ledger).toBe(simulation.last.header.sequence);
      }
      const nonZero = [...published].filter(([, numbers]) => numbers !== NOTHING);
      expect(new Map(nonZero)).toStrictEqual(truthOf(simulation));
    }
    expect([...published.values()]).toContain(NOTHING);
  });

  test('look at no corridor if nothing entered or left the window', async ({ db }) => {
    const simulation = new Simulation((facts) => store(db, facts), { closeIntervalMs: 30_000 });
    await simulation.close(20);
    expect(await sync(db)).toBeGreaterThan(0);
    const marks = () => db.run(({ sql }) => sql`select from corridor_changes`);
    expect(await marks()).toHaveLength(0);
    expect(await sync(db)).toBe(0);
    await simulation.close(1);
    while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
    const touched = new Set(
      simulation.last.payments.map(({ sourceAsset, destAsset }) => `${sourceAsset} ${destAsset}`),
    );
    expect((await marks()).length).toBeLessThanOrEqual(touched.size);
  });

  test('look at a corridor once, however many marks it has', async ({ db }) => {
    const [ledger, attempt] = ledgerWithAttempt();
    await store(db, { ...ledger, payments: [attempt] });
    expect(await sync(db)).toBe(1);
    await db.run(
      ({ sql }) => sql`
        insert into corridor_changes (source_asset, dest_asset)
        select source_asset, dest_asset from corridor_states, generate_series(1, 5000)`,
    );
    const rounds: number[] = [];
    await publishCorridors(db, {
      rule: RULE,
      stopping: new AbortController().signal,
      onRound: async () => {
        const marks = await db.run(({ sql }) => sql`select from corridor_changes`);
        rounds.push(marks.length);
      },
    });
    expect(rounds).toStrictEqual([0]);
  });

  test('come in transactions of a bounded size, however many corridors have changed', async ({ db }) => {
    const [ledger, attempt] = ledgerWithAttempt();
    const codes = Array.from({ length: 450 }, (_, place) => `X${place}`);
    const payments = codes.map((code, place) =>
      clone(attempt, place, { destAsset: `${code}:${attempt.destination}` as never }),
    );
    await store(db, { ...ledger, payments });
    expect(await sync(db)).toBe(450);
    const rows = await db.run(
      ({ sql }) => sql<{ count: number }[]>`
        select json_array_length(events) as count from event_log
        where events->0->>'event' like 'corridor.%' order by first_id`,
    );
    expect(rows.map(({ count }) => count)).toStrictEqual([200, 200, 50]);
  });

  test('are neither lost nor repeated if two processes publish while connections break', async ({
    db,
    url,
  }) => {
    const random = new Random(`publish ${seed()}`);
    const simulation = new Simulation((facts) => store(db, facts), { closeIntervalMs: 40 * MINUTE_MS });
    await using rivals = new AsyncDisposableStack();
    const pools = [0, 1].map(() => rivals.use(connectDatabase(url, { applicationName: 'publisher' })));
    const killer = postgres(url, { max: 1 });
    rivals.defer(() => killer.end());
    const end = new AbortController();
    const publishing = pools.map(async (pool) => {
      while (!end.signal.aborted) await sync(pool, end.signal).catch(() => undefined);
    });
    try {
      for (let ledger = 0; ledger < 60; ledger++) {
        await simulation.close(1);
        if (random.chance(0.5)) {
          await killer`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'publisher'`;
        }
      }
    } finally {
      end.abort();
      await Promise.all(publishing);
    }
    await sync(db);
    const { events } = await corridorEvents(db);
    const published = new Map<string, string>();
    for (const update of events.filter(isUpdate)) {
      const state = `${numbersOf(update.data)} ${JSON.stringify(update.data.health)}`;
      expect(published.get(nameOf(update))).not.toBe(state);
      published.set(nameOf(update), state);
    }
    const numbers = [...published].map(
      ([name, state]) => [name, state.split(' ').slice(0, 6).join(' ')] as const,
    );
    expect(new Map(numbers.filter(([, each]) => each !== NOTHING))).toStrictEqual(truthOf(simulation));
  });
});
