import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { createBackfill, readBackfill } from '@stellar-insights/db/backfill';
import { readCursor, readGaps } from '@stellar-insights/db/ledgers';
import { eventually, type TestProgram } from '@stellar-insights/devstack/testing';
import { seed, test } from '@stellar-insights/devstack/vitest';
import { openSource } from '@stellar-insights/ledger/sources';
import { Random, SimLake } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { verifyRange } from '../src/verify/verify-range.ts';
import { insights, range } from './support/insights.ts';
import { answers, expectCleanStop, startWorker, startWorkers } from './support/worker.ts';

const full = process.env['TEST_FULL'] === '1';
const ROUNDS = full ? 6 : 1;
/** The range ends in the partition of the tip, and begins in the one before it. */
const FIRST = 19_940;
const TIP = full ? 20_900 : 20_030;
const LEDGERS = TIP - FIRST + 30;

const { signal } = new AbortController();

test(
  `older ledgers are loaded as they are in their source while the tip is followed, through ${2 * ROUNDS} SIGKILLs of workers, an emptied Redis and a ledger that the source lacks for a while`,
  { timeout: full ? 900_000 : 120_000 },
  async ({ database, redis }) => {
    await database.empty();
    await redis.flush();
    await migrate(database.url);
    await using lake = await SimLake.create({ ledgers: LEDGERS, first: FIRST });
    await using db = connectDatabase(database.url, { applicationName: 'test', max: 2 });
    await lake.publish(TIP - FIRST + 10);
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      LEDGER_LAKE_URL: lake.folder,
      START_LEDGER: `${TIP}`,
      METRICS_SYNC_INTERVAL: '1',
      BACKFILL_THREADS: '2',
    };
    const loading = { ...env, WORKER_ROLES: 'backfill' };
    const [follower, loaders] = await Promise.all([
      startWorker({ ...env, WORKER_ROLES: 'ledger-ingest,metrics-sync' }),
      startWorkers(2, loading),
    ]);
    const tip = async (): Promise<void> => {
      await eventually(async () => expect((await readCursor(db))?.sequence).toBe(lake.last));
    };
    await tip();

    // A ledger that the source lacks until everything else is loaded.
    const [present, absent] = [lake.fileOf(FIRST + 5), `${lake.fileOf(FIRST + 5)}.absent`];
    await rename(present, absent);
    const random = new Random(`backfill ${seed()}`);
    const { backfill } = await createBackfill(db, { first: FIRST, last: TIP - 1, chunkLedgers: 10 });
    const errorOf = async () => (await readBackfill(db, backfill.id))?.error?.code;
    const loaded = async (): Promise<number> => (await readBackfill(db, backfill.id))?.loadedLedgers ?? 0;
    const amid = (share: number) =>
      eventually(async () => expect(await loaded()).toBeGreaterThanOrEqual(backfill.ledgers * share), {
        everyMs: 5,
      });
    for (let round = 0; round < ROUNDS; round++) {
      await amid((random.fraction() + round) / (ROUNDS + 1));
      for (const loader of loaders.splice(0)) {
        await sleep(random.fraction() * 50);
        await loader.stop('SIGKILL');
      }
      if (round === 0) await redis.flush();
      loaders.push(...(await startWorkers(2, loading)));
      await lake.publish(1);
    }
    await lake.publish(LEDGERS - (lake.last - FIRST + 1));

    await amid(1 - 10 / backfill.ledgers);
    await eventually(async () => expect(await errorOf()).toBe('ledger_missing'));
    await answers(loaders[0] as TestProgram, '/health/ready', 503, /"backfill":"ledger_missing"/);
    const { stdout: status } = await insights(['status', '--json'], env);
    expect(JSON.parse(status)).toMatchObject({ backfills: [{ error: { code: 'ledger_missing' } }] });
    await rename(absent, present);

    const watched = await insights(['backfill', ...range(FIRST, TIP - 1), '--json'], env);
    expect(watched).toMatchObject({ code: 0 });
    expect(JSON.parse(watched.stdout)).toMatchObject({
      id: `bf_${backfill.id.replaceAll('-', '')}`,
      state: 'done',
      ledgers: TIP - FIRST,
      loaded_ledgers: TIP - FIRST,
      visible_ledgers: TIP - FIRST,
      error: null,
    });
    await eventually(async () => {
      const dirty = await db.run(({ sql }) => sql`select from dirty_corridor_buckets`);
      expect(dirty).toHaveLength(0);
    });
    await tip();
    const whole = { from: FIRST, to: lake.last };
    const source = openSource({ lake: lake.folder });
    const options = { db, source, range: whole, networkPassphrase: undefined, onLedger: () => undefined };
    expect(await verifyRange(options, signal)).toEqual({ ...whole, equal: true, differences: [] });
    expect(await readGaps(db)).toEqual([]);
    const closed = await db.run(
      ({ sql }) => sql`
        select from event_log, json_array_elements(events) event where event->>'event' = 'ledger.closed'`,
    );
    expect(closed, 'events, which only ledgers of the tip have').toHaveLength(lake.last - TIP + 1);
    await expectCleanStop([follower, ...loaders]);
  },
);
