import { describe, expect } from 'vitest';
import type { Database } from '../src/index.ts';
import {
  beginSync,
  readLastReadings,
  readStateSync,
  storeSnapshot,
  type BegunSync,
} from '../src/state-syncs.ts';
import { transaction } from '../src/transaction.ts';
import { test } from './migrated-database.ts';

const HORIZON = { source: 'horizon', coverage: 'complete', fromLedger: 100, toLedger: 102 } as const;

function begin(db: Database): Promise<BegunSync> {
  return db.run((executor) => beginSync(executor, 'pools'));
}

function store(
  db: Database,
  begun: BegunSync,
  state: typeof HORIZON | null = HORIZON,
  staleAfterMs = 900_000,
): Promise<boolean> {
  return transaction(db, (tx) => storeSnapshot(tx, begun, { state, staleAfterMs }));
}

describe('a snapshot of state', () => {
  test('is stored by one of many syncs that began after the same snapshot, the first one and a later one', async ({
    db,
  }) => {
    for (const revision of [1n, 2n]) {
      const begun = await Promise.all(Array.from({ length: 8 }, () => begin(db)));
      const stored = await Promise.all(begun.map((one) => store(db, one)));
      expect(stored.filter(Boolean)).toHaveLength(1);
      expect(await db.run((executor) => readStateSync(executor, 'pools'))).toMatchObject({ revision });
    }
  });

  test('is of the time at which its sync began, later than the one before, and becomes stale after that time', async ({
    db,
  }) => {
    expect(await db.run((executor) => readStateSync(executor, 'pools'))).toBeNull();
    const first = await begin(db);
    const ahead = { ...first, readAt: first.readAt + 3_600_000 };
    await store(db, ahead);
    const second = await begin(db);
    expect(second.readAt).toBe(ahead.readAt + 1);
    await store(db, second, null);
    expect(await db.run((executor) => readStateSync(executor, 'pools'))).toStrictEqual({
      revision: 2n,
      readAt: second.readAt,
      writtenAt: expect.any(Number) as number,
      ageMs: expect.any(Number) as number,
      staleAfter: second.readAt + 900_000,
      isStale: false,
      state: null,
      log: expect.objectContaining({ lastId: 0n }) as object,
    });
    await store(db, await begin(db), HORIZON, -7_200_000);
    const state = HORIZON;
    const last = await db.run((executor) => readStateSync(executor, 'pools'));
    expect(last).toMatchObject({ isStale: true, state });
    expect([...(await db.run(readLastReadings))]).toStrictEqual([
      {
        name: 'pools',
        readAt: last?.readAt,
        ageMs: expect.any(Number) as number,
        isStale: true,
        source: 'horizon',
        coverage: 'complete',
      },
    ]);
  });

  test('of one name is apart from those of other names', async ({ db }) => {
    await store(db, await begin(db));
    expect(await db.run((executor) => readStateSync(executor, 'assets'))).toBeNull();
    expect(await db.run((executor) => beginSync(executor, 'assets'))).toMatchObject({ revision: 0n });
  });
});
