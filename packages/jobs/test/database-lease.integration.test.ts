import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import { describe, expect, vi } from 'vitest';
import { databaseLease, tick, type ContinuousTask } from '../src/index.ts';

const test = onPostgres.extend('db', async ({ database }, { onCleanup }): Promise<Database> => {
  await database.empty();
  await migrate(database.url);
  const db = connectDatabase(database.url, { applicationName: 'test', max: 4 });
  onCleanup(() => db[Symbol.asyncDispose]());
  return db;
});

/** Holders that note who works; `ticking` ticks one of them until it is told to stop. */
function holders(db: Database) {
  let working = 0;
  let most = 0;
  const steps: Record<string, number> = {};
  const taskOf = (holder: string): ContinuousTask => ({
    lease: databaseLease(db, { name: 'task', holder }),
    begin: () => {
      most = Math.max(most, ++working);
      return {
        step: async () => {
          steps[holder] = (steps[holder] ?? 0) + 1;
          await sleep(5);
        },
        [Symbol.asyncDispose]: async () => {
          working--;
        },
      };
    },
  });
  const ticking = async (holder: string, stop: AbortSignal): Promise<void> => {
    while (!stop.aborted) {
      await tick(taskOf(holder), stop);
      await sleep(20);
    }
  };
  return { ticking, stepsOf: (holder: string) => steps[holder] ?? 0, most: () => most };
}

describe('a continuous task on a lease of the database', () => {
  test('is done by one holder at a time, and by the next once the first was asked to stop', async ({
    db,
  }) => {
    const { ticking, stepsOf, most } = holders(db);
    const stops = { a: new AbortController(), b: new AbortController() };
    const first = ticking('a', stops.a.signal);
    await vi.waitFor(() => expect(stepsOf('a')).toBeGreaterThan(3));
    const second = ticking('b', stops.b.signal);
    const before = stepsOf('a');
    await vi.waitFor(() => expect(stepsOf('a')).toBeGreaterThan(before + 20), 5000);
    expect(stepsOf('b')).toBe(0);

    stops.a.abort();
    await first;
    await vi.waitFor(() => expect(stepsOf('b')).toBeGreaterThan(3), 5000);
    stops.b.abort();
    await second;
    expect(most()).toBe(1);
  });

  test('is taken over once the time of a holder that renews no more is up', async ({ db }) => {
    const lost = databaseLease(db, { name: 'task', holder: 'gone' });
    expect(await lost.take()).toBe(true);
    const { ticking, stepsOf } = holders(db);
    const stop = new AbortController();
    const heir = ticking('heir', stop.signal);
    await vi.waitFor(() => expect(stepsOf('heir')).toBeGreaterThan(0), 10_000);
    expect(await lost.renew()).toBe(false);
    stop.abort();
    await heir;
  });
});
