import { TableLock } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect } from 'vitest';
import {
  BackfillEndedError,
  cancelBackfill,
  dropCancelled,
  listRunningBackfills,
  loadChunk,
  publishPart,
  readBackfill,
  recordBackfillError,
} from '../src/backfill/index.ts';
import { transaction, TransactionConflictError } from '../src/index.ts';
import { createTwoParts, followTip, loadAll, publishAll, stagedTables } from './backfill-steps.ts';
import { chainFrom } from './backfilled-chain.ts';
import { test } from './migrated-database.ts';

describe('a backfill', () => {
  test('that is cancelled leaves only what is visible, and can be asked for again', async ({ db }) => {
    await followTip(db, 60_010);
    const backfill = await createTwoParts(db);
    await loadAll(db, backfill);
    await recordBackfillError(db, backfill.id, new TypeError('a fault'));
    expect(await listRunningBackfills(db)).toMatchObject([
      { id: backfill.id, error: { message: 'a fault' } },
    ]);
    const cancelled = await cancelBackfill(db, backfill.id);
    expect(cancelled).toMatchObject({ state: 'cancelled', loadedLedgers: 10, visibleLedgers: 10 });
    expect(await stagedTables(db)).toBe(0);
    const ref = { backfill: backfill.id, first: 59_981 };
    await expect(loadChunk(db, { ...ref, last: 59_990 }, { source: chainFrom })).rejects.toThrow(
      BackfillEndedError,
    );
    await expect(publishPart(db, ref)).rejects.toThrow(BackfillEndedError);
    const second = await createTwoParts(db);
    expect(second).toMatchObject({ state: 'running', ledgers: 19, error: null });
    await loadAll(db, second);
    // It drops nothing of the new one.
    await cancelBackfill(db, backfill.id);
    await publishAll(db, second);
    expect(await readBackfill(db, second.id)).toMatchObject({ state: 'done' });
    expect(await readBackfill(db, '00000000-0000-4000-8000-000000000000')).toBeNull();
  });

  test('that is cancelled while its tables are in use leaves them to be dropped later', async ({ db }) => {
    await followTip(db, 60_010);
    const backfill = await createTwoParts(db);
    await loadAll(db, backfill);
    expect(await dropCancelled(db)).toBe(0);
    const cancelled = transaction(db, async ({ sql }) => {
      await sql`select from staged_payments_40000`;
      await expect(cancelBackfill(db, backfill.id)).rejects.toThrow(TransactionConflictError);
      await expect(createTwoParts(db)).rejects.toThrow(TransactionConflictError);
    });
    await cancelled;
    expect(await readBackfill(db, backfill.id)).toMatchObject({ state: 'cancelled', loadedLedgers: 10 });
    expect(await dropCancelled(db)).toBe(1);
    expect(await stagedTables(db)).toBe(0);
  });

  test('gives up the index under way when it is told to, and goes on with it later', async ({ db, url }) => {
    await followTip(db, 60_010);
    const backfill = await createTwoParts(db);
    await loadAll(db, backfill);
    const part = { backfill: backfill.id, first: 59_981 };
    const cancel = new AbortController();
    const lock = await TableLock.take(url, 'staged_payments_40000');
    const publishing = publishPart(db, part, { cancel: cancel.signal });
    publishing.catch(() => undefined);
    await eventually(async () => {
      const waiting = await db.run(
        ({ sql }) =>
          sql`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%staged_payments%'`,
      );
      expect(waiting).toHaveLength(1);
    });
    cancel.abort(new Error('out of time'));
    await expect(publishing).rejects.toThrow('out of time');
    await lock[Symbol.asyncDispose]();
    expect(await publishPart(db, part)).toStrictEqual({ ledgers: 19 });
  });
});
