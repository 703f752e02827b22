import { connectDatabase, migrate } from '@stellar-insights/db';
import { readCursor } from '@stellar-insights/db/ledgers';
import type { RedisServer } from '@stellar-insights/devstack';
import { eventually, type TestProgram } from '@stellar-insights/devstack/testing';
import { seed, test as onServers, type TestDatabase } from '@stellar-insights/devstack/vitest';
import { openSource } from '@stellar-insights/ledger/sources';
import { Random, SimLake } from '@stellar-insights/simnet/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { publishCorridors } from '../src/corridors/publish-corridors.ts';
import { ingestRange } from '../src/ingestion/ingest-range.ts';
import { verifyRange } from '../src/verify/verify-range.ts';
import { setStage, type Stage } from './support/stage.ts';
import { logBreaks, tableContents, type TableContent } from './support/tables.ts';
import { CLEAN_STOP, answers, expectCleanStop, startWorker, startWorkers } from './support/worker.ts';

/** `pnpm test:full` repeats each disturbance as often as it takes to trust the answer. */
const full = process.env['TEST_FULL'] === '1';
const KILLS = full ? 20 : 4;
const ROLLS = full ? 30 : 4;
const RESTARTS = full ? 6 : 2;
const FREEZE_MS = full ? 20_000 : 6_000;
const LEDGERS = full ? 1100 : 260;

const { signal } = new AbortController();

/** What ingestion stores of the same ledgers if nothing disturbs it: equal to their source, and as table contents. */
const test = onServers.extend('undisturbed', { scope: 'file' }, async ({ filePostgres: server }) => {
  await using lake = await SimLake.create({ ledgers: LEDGERS });
  await lake.publish(LEDGERS);
  const url = await server.createDatabase('undisturbed');
  await migrate(url);
  await using db = connectDatabase(url, { applicationName: 'test', max: 2 });
  const source = openSource({ lake: lake.folder });
  const range = { from: lake.first, to: lake.last };
  const options = { db, source, range, networkPassphrase: undefined, onLedger: () => undefined };
  await ingestRange(options, signal);
  expect(await verifyRange(options, signal)).toMatchObject({ equal: true });
  await publishCorridors(db, { rule: { threshold: 0.8, minAttempts: 30 }, stopping: signal });
  const contents = await tableContents(db);
  expect(contents['payments']?.rows).toBeGreaterThan(0);
  return contents;
});

const setChaos = (database: TestDatabase, redis: RedisServer): Promise<Stage> =>
  setStage(database, redis, LEDGERS);

/** Resolves as soon as the cursor is at the ledger: amid the work, not at the tip. */
async function passed({ cursor }: Stage, ledger: number): Promise<void> {
  await eventually(async () => expect(await cursor()).toBeGreaterThanOrEqual(ledger), { everyMs: 5 });
}

/** Publishes what is left of the lake, waits until the workers have stored it, and stops them. */
async function expectUndisturbed(
  stage: Stage,
  workers: readonly TestProgram[],
  undisturbed: Record<string, TableContent>,
): Promise<void> {
  const { lake, db, reached, synced } = stage;
  await lake.publish(lake.first + LEDGERS - 1 - lake.last);
  await reached(lake.last);
  await synced();
  await expectCleanStop(workers);
  expect(await tableContents(db)).toEqual(undisturbed);
  expect(await logBreaks(db)).toEqual([]);
}

describe(
  'ingestion stores what it would store undisturbed',
  // A full run repeats for minutes.
  full ? { timeout: 900_000 } : {},
  () => {
    test(`through ${KILLS} SIGKILLs at random moments, in a fresh database beside an old Redis`, async ({
      database,
      redis,
      postgres,
      undisturbed,
    }) => {
      const random = new Random(`kills ${seed()}`);
      const stage = await setChaos(database, redis);
      const { lake, env, cursor } = stage;
      await lake.publish(LEDGERS);
      const oldUrl = await postgres.createDatabase('old');
      await migrate(oldUrl);
      const oldWorker = await startWorker({ ...env, DATABASE_URL: oldUrl });
      await using old = connectDatabase(oldUrl, { applicationName: 'test', max: 1 });
      await eventually(async () => expect((await readCursor(old))?.sequence).toBeGreaterThan(lake.first));
      await oldWorker.stop('SIGKILL');

      for (let kill = 0; kill < KILLS; kill++) {
        const worker = await startWorker(env);
        await passed(stage, (await cursor()) + random.integer(1, 40));
        await sleep(random.fraction() * 10);
        await worker.stop('SIGKILL');
      }
      await expectUndisturbed(stage, [await startWorker(env)], undisturbed);
    });

    test(`with two workers, of which the holder is frozen for ${FREEZE_MS / 1000} s and wakes`, async ({
      database,
      redis,
      undisturbed,
    }) => {
      const stage = await setChaos(database, redis);
      const { lake, env, cursor, holder } = stage;
      const half = LEDGERS / 2;
      await lake.publish(half);
      const workers = await startWorkers(2, env);
      const frozen = await holder(workers);
      await passed(stage, lake.first + 20);
      await frozen.signal('SIGSTOP');
      const thaw = sleep(FREEZE_MS);
      await passed(stage, (await cursor()) + 1);
      await lake.publish(half - 20);
      await thaw;
      await frozen.signal('SIGCONT');
      await expectUndisturbed(stage, workers, undisturbed);
    });

    test(`through ${ROLLS} rolling SIGTERMs, each of which ends with exit 0`, async ({
      database,
      redis,
      undisturbed,
    }) => {
      const stage = await setChaos(database, redis);
      const { lake, env, holder, reached } = stage;
      await lake.publish(10);
      const workers = await startWorkers(2, env);
      await reached(lake.last);
      const gaps: number[] = [];
      for (let roll = 0; roll < ROLLS; roll++) {
        const stopped = await holder(workers);
        // Whoever rolls a deployment waits for that before the next worker.
        for (const worker of workers) await answers(worker, '/health/ready', 200, /"status":"ready"/);
        const ended = stopped.stop();
        await lake.publish(10);
        expect(await ended).toEqual(CLEAN_STOP);
        const since = performance.now();
        await passed(stage, lake.last - 9);
        gaps.push(performance.now() - since);
        workers.splice(workers.indexOf(stopped), 1, await startWorker(env));
        await reached(lake.last);
      }
      console.log(`longest time from a worker's end to the next commit: ${Math.max(...gaps).toFixed(0)} ms`);
      if (full) expect(Math.max(...gaps)).toBeLessThan(2000);
      await expectUndisturbed(stage, workers, undisturbed);
    });

    test(`while Redis is emptied and Postgres restarts ${RESTARTS} times`, async ({
      database,
      redis,
      postgres,
      undisturbed,
    }) => {
      const stage = await setChaos(database, redis);
      const { lake, env, cursor } = stage;
      await lake.publish(LEDGERS - 60);
      const worker = await startWorker(env);
      for (const end of [10, 50, 80]) {
        await passed(stage, lake.first + end);
        await redis.flush();
      }
      for (let restart = 0; restart < RESTARTS; restart++) {
        await passed(stage, (await cursor()) + 20);
        await postgres.restart({ mode: 'immediate' });
      }
      await expectUndisturbed(stage, [worker], undisturbed);
    });
  },
);
