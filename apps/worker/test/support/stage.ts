import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { readCursor } from '@stellar-insights/db/ledgers';
import type { TestDatabase } from '@stellar-insights/devstack/vitest';
import type { RedisServer } from '@stellar-insights/devstack';
import { expect, onTestFinished, vi } from 'vitest';
import { insights, range } from './insights.ts';
import { SimLake } from '@stellar-insights/simnet/testing';
import type { Env, WorkerProcess } from './worker-process.ts';

/** Longest time until another worker commits after the holder has died. */
const TAKEOVER_MS = 10_000;

export interface Stage {
  readonly db: Database;
  readonly lake: SimLake;
  readonly env: Env;
  /** Which of the workers does the ingesting. */
  readonly holder: (workers: readonly WorkerProcess[]) => Promise<WorkerProcess>;
  readonly reached: (ledger: number, timeout?: number) => Promise<void>;
  /** Fails unless what is stored equals the lake, row by row. */
  readonly expectWhole: () => Promise<void>;
}

/** An empty, migrated database, an empty Redis and a lake of so many ledgers, of which nothing is published yet. */
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
  const dirty = async (): Promise<number> =>
    (await db.run(({ sql }) => sql`select from dirty_corridor_buckets`)).length;
  return {
    db,
    lake,
    env,
    holder: (workers) =>
      vi.waitFor(async () => {
        const [lease] = await db.run(({ sql }) => sql<{ holder: string }[]>`select holder from leases`);
        const found = workers.find(({ pid }) => lease?.holder.split(':')[1] === String(pid));
        if (found === undefined) throw new Error(`held by ${lease?.holder ?? 'nobody'}`);
        return found;
      }, TAKEOVER_MS),
    reached: (ledger, timeout = TAKEOVER_MS) =>
      vi.waitFor(async () => expect((await readCursor(db))?.sequence).toBe(ledger), timeout),
    expectWhole: async () => {
      await vi.waitFor(async () => expect(await dirty()).toBe(0), TAKEOVER_MS);
      const { stdout } = await insights(['verify', ...range(lake.first, lake.last), '--json'], env);
      expect(JSON.parse(stdout)).toEqual({ from: lake.first, to: lake.last, equal: true, differences: [] });
    },
  };
}
