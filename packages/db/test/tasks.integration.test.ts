import { eventually } from '@stellar-insights/devstack/testing';
import type { LedgerSequence } from '@stellar-insights/ledger';
import { describe, expect } from 'vitest';
import { readLease, releaseLease, renewLease, takeLease } from '../src/leases.ts';
import {
  expectTaskReport,
  readTaskStatus,
  recordTaskError,
  recordTaskProgress,
  recordTaskWait,
  reportedTip,
} from '../src/tasks.ts';
import { test } from './migrated-database.ts';

const a = { name: 'task', holder: 'a', seconds: 60 };
const b = { name: 'task', holder: 'b', seconds: 60 };

describe('a lease', () => {
  test('is taken by one of many that try at once', async ({ db }) => {
    const tries = Array.from({ length: 10 }, (_, holder) => takeLease(db, { ...a, holder: `${holder}` }));
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
  });

  test('is not taken while it is held, not even by its holder; a lease of another name is', async ({
    db,
  }) => {
    expect(await takeLease(db, a)).toBe(true);
    expect(await takeLease(db, b)).toBe(false);
    expect(await takeLease(db, a)).toBe(false);
    expect(await takeLease(db, { ...b, name: 'another task' })).toBe(true);
  });

  test('is renewed by its holder only', async ({ db }) => {
    expect(await renewLease(db, a)).toBe(false);
    await takeLease(db, a);
    expect(await renewLease(db, a)).toBe(true);
    expect(await renewLease(db, b)).toBe(false);
  });

  test('can be taken once it has expired, and then is no longer the old holder’s', async ({ db }) => {
    await takeLease(db, { ...a, seconds: 0.3 });
    await eventually(() => takeLease(db, b));
    expect(await renewLease(db, a)).toBe(false);
    await releaseLease(db, a);
    expect(await renewLease(db, b)).toBe(true);
  });

  test('is not taken while it is renewed', async ({ db }) => {
    await takeLease(db, { ...a, seconds: 0.001 });
    await renewLease(db, a);
    expect(await takeLease(db, b)).toBe(false);
  });

  test('can be taken at once after it was released', async ({ db }) => {
    await takeLease(db, a);
    await releaseLease(db, a);
    expect(await takeLease(db, b)).toBe(true);
  });

  test('says who holds it and for how long', async ({ db }) => {
    expect(await readLease(db, 'task')).toBeNull();
    await takeLease(db, a);
    const lease = await readLease(db, 'task');
    expect(lease?.holder).toBe('a');
    expect(lease?.remainingMs).toBeGreaterThan(30_000);
    // The database may set its clock back a little between the two readings.
    expect(lease?.remainingMs).toBeLessThan(61_000);
  });
});

describe('the status of a task', () => {
  const tip = 4_000_000_000 as LedgerSequence;

  test('is absent until the task records something', async ({ db }) => {
    expect(await readTaskStatus(db)).toStrictEqual([]);
  });

  test('names an error by its code until the task makes progress', async ({ db }) => {
    await recordTaskProgress(db, 'ingest', { tip });
    const error = Object.assign(new Error('found a\0b'), { code: 'ledger_corrupt' });
    await recordTaskError(db, 'ingest', error);
    const [status] = await readTaskStatus(db);
    expect(status).toStrictEqual({
      task: 'ingest',
      lastError: {
        code: 'ledger_corrupt',
        message: 'found a\uFFFDb',
        since: expect.any(Date),
        at: expect.any(Date),
        ageMs: expect.any(Number),
      },
      tip,
      tipAt: expect.any(Date),
      lastProgressAt: expect.any(Date),
      progressAgeMs: expect.any(Number),
      waitingFor: null,
      waitingSince: null,
    });
    await recordTaskProgress(db, 'ingest');
    expect(await readTaskStatus(db)).toMatchObject([{ task: 'ingest', lastError: null, tip }]);
  });

  test('says since when the task fails with this code', async ({ db }) => {
    const fail = async (code: string) => {
      await recordTaskError(db, 'ingest', Object.assign(new Error('x'), { code }));
      const [status] = await readTaskStatus(db);
      return status?.lastError ?? expect.fail('no error');
    };
    const first = await fail('a');
    expect(first.since).toStrictEqual(first.at);
    const again = await eventually(async () => {
      const error = await fail('a');
      expect(error.at.getTime()).toBeGreaterThan(first.at.getTime());
      return error;
    });
    expect(again.since).toStrictEqual(first.since);
    const other = await fail('b');
    expect(other.since).toStrictEqual(other.at);
  });

  test('says what the task waits for, and since when, until it makes progress or fails', async ({ db }) => {
    const status = async () => (await readTaskStatus(db))[0];
    const wait = { tip, waitingFor: 'ledger 9', recovered: false };
    await recordTaskWait(db, 'ingest', wait);
    const first = await status();
    expect(first).toMatchObject({ waitingFor: 'ledger 9', waitingSince: expect.any(Date), tip });
    expect(first).toMatchObject({ lastProgressAt: null, progressAgeMs: null });
    await recordTaskWait(db, 'ingest', { ...wait, tip: null });
    expect(await status()).toMatchObject({ waitingSince: first?.waitingSince, tip: null });
    await recordTaskProgress(db, 'ingest');
    expect(await status()).toMatchObject({ waitingFor: null, waitingSince: null });
    await recordTaskWait(db, 'ingest', wait);
    await recordTaskError(db, 'ingest', new Error('x'));
    expect(await status()).toMatchObject({ waitingFor: null, waitingSince: null });
  });

  test('keeps an error while the task waits, unless there is nothing to do any more', async ({ db }) => {
    await recordTaskError(db, 'ingest', new Error('x'));
    const wait = { tip, waitingFor: null };
    await recordTaskWait(db, 'ingest', { ...wait, recovered: false });
    expect(await readTaskStatus(db)).toMatchObject([{ lastError: { message: 'x' } }]);
    await recordTaskWait(db, 'ingest', { ...wait, recovered: true });
    expect(await readTaskStatus(db)).toMatchObject([{ lastError: null }]);
  });

  test('is queue_stalled once a report is overdue, whatever the last one was, until the next', async ({
    db,
  }) => {
    const code = async () => (await readTaskStatus(db))[0]?.lastError?.code ?? null;
    await expectTaskReport(db, 'ingest', 60_000);
    expect(await code()).toBeNull();
    const dueInMs = 1;
    const reports = [
      () => recordTaskProgress(db, 'ingest', { dueInMs }),
      () => recordTaskWait(db, 'ingest', { tip, waitingFor: null, recovered: false, dueInMs }),
      () => recordTaskError(db, 'ingest', new Error('the cause'), { dueInMs }),
    ];
    for (const report of reports) {
      await report();
      await eventually(async () => expect(await code()).toBe('queue_stalled'));
    }
    await expectTaskReport(db, 'ingest', 60_000);
    const [status] = await readTaskStatus(db);
    expect(status?.lastError?.message).toMatch(/no report of ingest.*last report was Error: the cause/s);
    await recordTaskProgress(db, 'ingest', { dueInMs: 60_000 });
    expect(await code()).toBeNull();
  });

  test('has a tip for 30 s after the source reported it', async ({ db }) => {
    await recordTaskProgress(db, 'ingest', { tip });
    expect(await readTaskStatus(db)).toMatchObject([{ tip }]);
    await db.run(({ sql }) => sql`update task_status set tip_at = now() - interval '31 s'`);
    expect(await readTaskStatus(db)).toMatchObject([{ tip: null, tipAt: expect.any(Date) }]);
  });

  test('gives the lag to the tip, which is unknown unless the source reports it and is ahead', async ({
    db,
  }) => {
    const follower = async () => (await readTaskStatus(db))[0];
    expect(reportedTip(undefined, 7)).toStrictEqual({ tip: null, lagLedgers: null });
    await recordTaskProgress(db, 'ingest', { tip: 9 as LedgerSequence });
    expect(reportedTip(await follower(), null)).toStrictEqual({ tip: 9, lagLedgers: null });
    expect(reportedTip(await follower(), 7)).toStrictEqual({ tip: 9, lagLedgers: 2 });
    expect(reportedTip(await follower(), 10)).toStrictEqual({ tip: 10, lagLedgers: 0 });
    await recordTaskError(db, 'ingest', Object.assign(new Error('x'), { code: 'source_behind' }));
    expect(reportedTip(await follower(), 10)).toStrictEqual({ tip: 9, lagLedgers: null });
  });

  test('shortens a long message, and names an error without a code by its class', async ({ db }) => {
    await recordTaskError(db, 'sync', new RangeError('x'.repeat(5000)));
    await recordTaskError(db, 'ingest', 'a string');
    expect(await readTaskStatus(db)).toMatchObject([
      { task: 'ingest', lastError: { code: 'unknown', message: 'a string' } },
      { task: 'sync', lastError: { code: 'RangeError', message: 'x'.repeat(2000) } },
    ]);
  });
});
