import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { readCursor } from '@stellar-insights/db/ledgers';
import type { RedisServer } from '@stellar-insights/devstack';
import { eventually, type TestProgram } from '@stellar-insights/devstack/testing';
import type { TestDatabase } from '@stellar-insights/devstack/vitest';
import { SimLake } from '@stellar-insights/simnet/testing';
import { expect, onTestFinished } from 'vitest';
import { insights, range } from './insights.ts';
import type { Env } from './worker.ts';

export interface Stage {
  readonly db: Database;
  readonly lake: SimLake;
  readonly env: Env;
  /** The worker that holds the lease of `ledger-ingest`. */
  readonly holder: (workers: readonly TestProgram[]) => Promise<TestProgram>;
  /** The last ledger stored; before the first one, the one before the lake's first. */
  readonly cursor: () => Promise<number>;
  /** Resolves once the cursor is at this ledger. */
  readonly reached: (ledger: number) => Promise<void>;
  /** Resolves once no bucket waits for its computation, and no corridor for its publication. */
  readonly synced: () => Promise<void>;
  /** Fails unless the database equals the lake, row by row. */
  readonly expectWhole: () => Promise<void>;
}

/** An empty, migrated database, an empty Redis and a lake of so many ledgers, none of which is published yet. */
export async function setStage(database: TestDatabase, redis: RedisServer, ledgers = 80): Promise<Stage> {
  await database.empty();
  await redis.flush();
  await migrate(database.url);
  const lake = await SimLake.create({ ledgers });
  const db = connectDatabase(database.url, { applicationName: 'test', max: 1 });
  onTestFinished(async () => {
    await db[Symbol.asyncDispose]();
    await lake[Symbol.asyncDispose]();
  });
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    LEDGER_LAKE_URL: lake.folder,
    START_LEDGER: String(lake.first),
    METRICS_SYNC_INTERVAL: '1',
  };
  const cursor = async (): Promise<number> => (await readCursor(db))?.sequence ?? lake.first - 1;
  const synced = async (): Promise<void> => {
    await eventually(async () => {
      const dirty = await db.run(
        ({ sql }) => sql`select from dirty_corridor_buckets union all select from corridor_changes`,
      );
      expect(dirty.length, 'buckets and corridors that wait').toBe(0);
    });
  };
  return {
    db,
    lake,
    env,
    cursor,
    synced,
    holder: (workers) =>
      eventually(async () => {
        const [lease] = await db.run(
          ({ sql }) => sql<{ holder: string }[]>`select holder from leases where name = 'ledger-ingest'`,
        );
        const holder = workers.find(({ pid }) => lease?.holder.split(':')[1] === String(pid));
        if (holder === undefined) throw new Error(`the lease of ${lease?.holder ?? 'nobody'}`);
        return holder;
      }),
    reached: async (ledger) => {
      await eventually(async () => expect(await cursor()).toBe(ledger), { what: `the cursor at ${ledger}` });
    },
    expectWhole: async () => {
      await synced();
      const { stdout } = await insights(['verify', ...range(lake.first, lake.last), '--json'], env);
      expect(JSON.parse(stdout)).toEqual({ from: lake.first, to: lake.last, equal: true, differences: [] });
    },
  };
}
