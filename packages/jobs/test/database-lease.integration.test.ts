import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { eventually } from '@stellar-insights/devstack/testing';
import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { databaseLease, LeaseUnavailableError, runWhileLeased, type LeasedRunOptions } from '../src/index.ts';

const test = onPostgres.extend('db', async ({ database }, { onCleanup }): Promise<Database> => {
  await database.empty();
  await migrate(database.url);
  const db = connectDatabase(database.url, { applicationName: 'test', max: 4 });
  onCleanup(() => db[Symbol.asyncDispose]());
  return db;
});

/** Holders that note who works. `compete` lets one of them run again and again until it is asked to stop. */
function holders(db: Database) {
  let working = 0;
  let most = 0;
  const steps: Record<string, number> = {};
  const runOf = (holder: string): Omit<LeasedRunOptions, 'stopping'> => ({
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
  const compete = async (holder: string, stopping: AbortSignal): Promise<void> => {
    while (!stopping.aborted) {
      await runWhileLeased({ ...runOf(holder), stopping });
      await sleep(20);
    }
  };
  return { compete, runOf, stepsOf: (holder: string) => steps[holder] ?? 0, most: () => most };
}

describe('work on a lease of the database', () => {
  test('is done by one holder at a time, and by the next one once the first was asked to stop', async ({
    db,
  }) => {
    const { compete, stepsOf, most } = holders(db);
    const stops = { a: new AbortController(), b: new AbortController() };
    const first = compete('a', stops.a.signal);
    await eventually(() => expect(stepsOf('a')).toBeGreaterThan(3));
    const second = compete('b', stops.b.signal);
    const before = stepsOf('a');
    await eventually(() => expect(stepsOf('a')).toBeGreaterThan(before + 20));
    expect(stepsOf('b')).toBe(0);

    stops.a.abort();
    await first;
    await eventually(() => expect(stepsOf('b')).toBeGreaterThan(3));
    stops.b.abort();
    await second;
    expect(most()).toBe(1);
  });

  test('is taken over once the lease of a holder that no longer renews it has expired', async ({ db }) => {
    const lost = databaseLease(db, { name: 'task', holder: 'gone' });
    expect(await lost.take()).toBe(true);
    const { compete, stepsOf } = holders(db);
    const stop = new AbortController();
    const heir = compete('heir', stop.signal);
    await eventually(() => expect(stepsOf('heir')).toBeGreaterThan(0));
    expect(await lost.renew()).toBe(false);
    stop.abort();
    await heir;
  });

  test('is unavailable, and names its holder, while nobody can have taken it for so long', async ({ db }) => {
    const taken = databaseLease(db, { name: 'task', holder: 'from the future' });
    await taken.take();
    const shift = (interval: string) =>
      db.run(({ sql }) => sql`update leases set until = until + ${interval}`);
    await shift('1 hour');
    const { stepsOf, runOf } = holders(db);
    const run = runWhileLeased({ ...runOf('heir'), stopping: new AbortController().signal });
    await expect(run).rejects.toThrow(LeaseUnavailableError);
    await expect(run).rejects.toThrow(/from the future for 360\d s more.*delete from leases/);
    await shift('-2 hours');
    const stop = new AbortController();
    const heir = runWhileLeased({ ...runOf('heir'), stopping: stop.signal });
    await eventually(() => expect(stepsOf('heir')).toBeGreaterThan(0));
    stop.abort();
    await heir;
  });
});
