import { eventually } from '@stellar-insights/devstack/testing';
import type { LedgerSequence } from '@stellar-insights/ledger';
import { describe, expect } from 'vitest';
import { releaseLease, renewLease, takeLease } from '../src/leases.ts';
import { readTaskStatus, recordTaskError, recordTaskProgress } from '../src/tasks.ts';
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
      },
      tip,
      tipAt: expect.any(Date),
      lastProgressAt: expect.any(Date),
      waitingFor: null,
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

  test('says what the task waits for until it makes other progress or fails', async ({ db }) => {
    const waitingFor = async () => (await readTaskStatus(db))[0]?.waitingFor;
    await recordTaskProgress(db, 'ingest', { waitingFor: 'ledger 9' });
    expect(await waitingFor()).toBe('ledger 9');
    await recordTaskProgress(db, 'ingest');
    expect(await waitingFor()).toBeNull();
    await recordTaskProgress(db, 'ingest', { waitingFor: 'ledger 9' });
    await recordTaskError(db, 'ingest', new Error('x'));
    expect(await waitingFor()).toBeNull();
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
