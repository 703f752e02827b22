import { describe, expect } from 'vitest';
import { connectDatabase, type Database } from '../src/index.ts';
import { takeRequest } from '../src/request-budget.ts';
import { test } from './migrated-database.ts';

const budget = { name: 'horizon', perHour: 400 };

/** The clock of the budget goes on by so long. */
async function pass(db: Database, seconds: number): Promise<void> {
  await db.run(
    ({ sql }) => sql`update request_budgets set full_at = full_at - make_interval(secs => ${seconds})`,
  );
}

async function takeAll(db: Database, reserve?: number): Promise<number> {
  for (let taken = 0; ; taken++) {
    const waitMs = await takeRequest(db, budget, reserve === undefined ? {} : { reserve });
    if (waitMs > 0) return taken;
  }
}

/** One more becomes available every 12 s, also while a test runs. */
function expectAbout(taken: number, expected: number): void {
  expect(taken).toBeGreaterThanOrEqual(expected);
  expect(taken).toBeLessThan(expected + 10);
}

describe('a request budget', () => {
  test('gives a quarter at once and the rest in the course of the hour, no more in any hour', async ({
    db,
  }) => {
    let taken = await takeAll(db);
    expectAbout(taken, 100);
    for (let step = 0; step < 10; step++) {
      await pass(db, 348);
      taken += await takeAll(db);
    }
    expectAbout(taken, 390);
  });

  test('is one for all processes: requests at the same time do not exceed it', async ({ db, url }) => {
    await using other = connectDatabase(url, { applicationName: 'test' });
    const asked = Array.from({ length: 130 }, (_, index) =>
      takeRequest(index % 2 === 0 ? db : other, budget),
    );
    const waits = await Promise.all(asked);
    expectAbout(waits.filter((wait) => wait === 0).length, 100);
    for (const wait of waits) expect(wait).toBeLessThan(13_000);
  });

  test('keeps a share for others, and reports when the next request may come', async ({ db }) => {
    expectAbout(await takeAll(db, 0.5), 50);
    expect(await takeRequest(db, budget, { reserve: 0.5 })).toBeGreaterThan(0);
    expectAbout(await takeAll(db), 50);
    const waitMs = await takeRequest(db, budget);
    expect(waitMs).toBeGreaterThan(0);
    await pass(db, (waitMs + 100) / 1000);
    expect(await takeRequest(db, budget)).toBe(0);
  });

  test('is not blocked by a clock that was ahead', async ({ db }) => {
    await takeRequest(db, budget);
    await pass(db, -86_400);
    expect(await takeRequest(db, budget)).toBeLessThan(13_000);
  });

  test('of another name is another one', async ({ db }) => {
    await takeAll(db);
    expect(await takeRequest(db, { ...budget, name: 'another' })).toBe(0);
  });
});
