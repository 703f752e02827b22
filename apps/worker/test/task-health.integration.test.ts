import { connectDatabase, migrate } from '@stellar-insights/db';
import {
  readTaskStatus,
  recordTaskError,
  recordTaskProgress,
  type TaskStatus,
} from '@stellar-insights/db/tasks';
import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { createLog } from '@stellar-insights/runtime/log';
import { describe, expect } from 'vitest';
import { TaskHealth } from '../src/health/task-health.ts';

const test = onPostgres
  .extend('db', async ({ database }, { onCleanup }) => {
    await database.empty();
    await migrate(database.url);
    const db = connectDatabase(database.url, { applicationName: 'test', max: 1 });
    onCleanup(() => db[Symbol.asyncDispose]());
    return db;
  })
  .extend('clock', () => fakeClock())
  .extend('health', ({ db, clock }) => {
    const log = createLog({ name: 'test', level: 'silent' });
    return new TaskHealth('task', { db, log, clock, reportWithinMs: 60_000 });
  });

const passing = Object.assign(new Error('a server that is away'), { code: 'away', retryable: true });
const lasting = Object.assign(new Error('a broken ledger'), { code: 'broken', retryable: false });
const stalled = Object.assign(new Error('no ledger'), { code: 'source_stalled', retryable: true });

function only(statuses: readonly TaskStatus[]): TaskStatus {
  const [status] = statuses;
  if (status === undefined || statuses.length > 1) throw new Error(`found ${statuses.length}, expected one`);
  return status;
}

describe('a task stands still', () => {
  test('at once if trying again will not help, or if nothing happens', async ({ health }) => {
    expect(health.isStandingStill).toBe(false);
    for (const error of [lasting, stalled]) {
      await health.failed(error);
      expect(health.errorCode).toBe(error.code);
      expect(health.isStandingStill).toBe(true);
      await health.progressed();
      expect(health.errorCode).toBeUndefined();
      expect(health.isStandingStill).toBe(false);
    }
  });

  test('after its time if it fails in a way that can pass, again and again', async ({ health, clock }) => {
    for (let seconds = 0; seconds <= 60; seconds += 10) {
      await health.failed(passing);
      expect(health.isStandingStill).toBe(false);
      await clock.advance(10_000);
    }
    expect(health.isStandingStill).toBe(true);
  });

  test('no more once another worker makes progress, and while one does not', async ({
    db,
    health,
    clock,
  }) => {
    await health.failed(lasting);
    await recordTaskProgress(db, 'task', { dueInMs: 60_000 });
    await clock.advance(1000);
    health.observe(only(await readTaskStatus(db)), clock.now());
    expect(health.errorCode).toBeUndefined();

    await recordTaskError(db, 'task', stalled, { dueInMs: 60_000 });
    await clock.advance(1000);
    health.observe(only(await readTaskStatus(db)), clock.now());
    expect(health.errorCode).toBe('source_stalled');
    expect(health.isStandingStill).toBe(true);
  });

  test('once no worker has reported in time, also if none ever did', async ({ db, health, clock }) => {
    await health.served();
    await db.run(({ sql }) => sql`update task_status set due_at = now() - interval '1 s'`);
    await clock.advance(1000);
    health.observe(only(await readTaskStatus(db)), clock.now());
    expect(health.errorCode).toBe('queue_stalled');
    expect(health.isStandingStill).toBe(true);
  });
});

test('what the database said before the last report does not count', async ({ db, health, clock }) => {
  await health.progressed();
  const before = only(await readTaskStatus(db));
  const askedAt = clock.now();
  await clock.advance(1000);
  await health.failed(lasting);
  health.observe(before, askedAt);
  expect(health.errorCode).toBe('broken');
});

test('the age of the progress is that of whatever worker made it last', async ({ db, health, clock }) => {
  expect(health.progressAgeMs).toBeNull();
  await health.progressed();
  await clock.advance(5000);
  expect(health.progressAgeMs).toBe(5000);
  await db.run(({ sql }) => sql`update task_status set progress_at = now() - interval '1 h'`);
  health.observe(only(await readTaskStatus(db)), clock.now());
  expect(health.progressAgeMs).toBeGreaterThanOrEqual(3_600_000);
});
