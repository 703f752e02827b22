import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { readCursor } from '@stellar-insights/db/ledgers';
import type { PostgresServer } from '@stellar-insights/devstack';
import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect, vi } from 'vitest';
import { insights, range } from './support/insights.ts';
import { answers } from './support/probes.ts';
import { setStage, type Stage } from './support/stage.ts';
import { logBreaks, tableContents } from './support/tables.ts';
import { WorkerProcess, type Env } from './support/worker-process.ts';

/** `pnpm test:full` repeats each disturbance as often as it takes to trust the answer. */
const full = process.env['TEST_FULL'] === '1';
const KILLS = full ? 20 : 4;
const ROLLS = full ? 30 : 4;
const RESTARTS = full ? 6 : 2;
const FREEZE_MS = full ? 20_000 : 6_000;
const TEST_MS = full ? 600_000 : 120_000;
/** Until another worker commits. */
const TAKEOVER_MS = 10_000;

describe(
  'however it is disturbed, ingestion stores what an undisturbed one does',
  { timeout: TEST_MS },
  () => {
    let stage: Stage;

    async function cursor(): Promise<number> {
      return (await readCursor(stage.db))?.sequence ?? stage.lake.first - 1;
    }

    /** Resolves as soon as the cursor has got there: mid-work, not at a tip. */
    async function passed(ledger: number): Promise<void> {
      await vi.waitFor(async () => expect(await cursor()).toBeGreaterThanOrEqual(ledger), {
        timeout: TAKEOVER_MS,
        interval: 5,
      });
    }

    /** Whoever rolls a deployment waits for that before the next one. */
    async function started(workers: readonly WorkerProcess[]): Promise<void> {
      for (const worker of workers) await answers(worker, '/health/ready', 200, /"status":"ready"/);
    }

    async function expectCleanStop(workers: readonly WorkerProcess[]): Promise<void> {
      await started(workers);
      for (const worker of workers) expect(await worker.stop()).toEqual({ code: 0, signal: null });
    }

    async function expectUndisturbed(postgres: PostgresServer, env: Env = stage.env): Promise<void> {
      const worker = new WorkerProcess(env);
      await stage.reached(stage.lake.last, TEST_MS / 2);
      await stage.expectWhole();
      await expectCleanStop([worker]);

      const url = await postgres.createDatabase(`undisturbed_${Date.now()}`);
      await migrate(url);
      const { lake } = stage;
      const command = ['ingest', '--lake', lake.folder, ...range(lake.first, lake.last)];
      expect(await insights(command, { DATABASE_URL: url })).toMatchObject({ code: 0 });
      await using undisturbed = connectDatabase(url, { applicationName: 'test', max: 1 });
      const expected = await tableContents(undisturbed);
      expect(expected['payments']?.rows).toBeGreaterThan(0);
      expect(await tableContents(stage.db)).toEqual(expected);
      expect(await logBreaks(stage.db)).toEqual([]);
    }

    test(`${KILLS} SIGKILLs at random moments`, async ({ database, redis, postgres }) => {
      stage = await setStage(database, redis, KILLS * 50 + 50);
      await stage.lake.publish(KILLS * 50 + 50);
      for (let kill = 0; kill < KILLS; kill++) {
        const worker = new WorkerProcess(stage.env);
        await passed((await cursor()) + 1 + Math.floor(Math.random() * 40));
        await sleep(Math.random() * 10);
        worker.signal('SIGKILL');
        await worker.ended;
      }
      await expectUndisturbed(postgres);
    });

    test('two workers at once', async ({ database, redis, postgres }) => {
      stage = await setStage(database, redis, 200);
      await stage.lake.publish(200);
      const workers = [new WorkerProcess(stage.env), new WorkerProcess(stage.env)];
      await stage.reached(stage.lake.last, 60_000);
      await expectCleanStop(workers);
      await expectUndisturbed(postgres);
    });

    test(`a holder frozen for ${FREEZE_MS / 1000} s that wakes`, async ({ database, redis, postgres }) => {
      stage = await setStage(database, redis, 500);
      await stage.lake.publish(250);
      const workers = [new WorkerProcess(stage.env), new WorkerProcess(stage.env)];
      const holder = await stage.holder(workers);
      await passed(stage.lake.first + 20);
      holder.signal('SIGSTOP');
      const thaw = sleep(FREEZE_MS);
      const frozenAt = await cursor();
      await passed(frozenAt + 1);
      await stage.lake.publish(250);
      await thaw;
      holder.signal('SIGCONT');
      await stage.reached(stage.lake.last, 60_000);
      await expectCleanStop(workers);
      await expectUndisturbed(postgres);
    });

    test(`${ROLLS} rolling SIGTERMs, each exit 0`, async ({ database, redis, postgres }) => {
      stage = await setStage(database, redis, ROLLS * 10 + 10);
      await stage.lake.publish(10);
      const workers = [new WorkerProcess(stage.env), new WorkerProcess(stage.env)];
      await stage.reached(stage.lake.last);
      const gaps: number[] = [];
      for (let roll = 0; roll < ROLLS; roll++) {
        const holder = await stage.holder(workers);
        await started(workers);
        const ended = holder.stop();
        await stage.lake.publish(10);
        expect(await ended).toEqual({ code: 0, signal: null });
        const since = performance.now();
        await passed(stage.lake.last - 9);
        gaps.push(performance.now() - since);
        workers.splice(workers.indexOf(holder), 1, new WorkerProcess(stage.env));
        await stage.reached(stage.lake.last);
      }
      console.log(`longest time from a worker's end to the next commit: ${Math.max(...gaps).toFixed(0)} ms`);
      if (full) expect(Math.max(...gaps)).toBeLessThan(2000);
      await expectCleanStop(workers);
      await expectUndisturbed(postgres);
    });

    test('Redis emptied again and again', async ({ database, redis, postgres }) => {
      stage = await setStage(database, redis, 300);
      await stage.lake.publish(100);
      const worker = new WorkerProcess(stage.env);
      for (const end of [10, 60, 90]) {
        await passed(stage.lake.first + end);
        await redis.flush();
      }
      await stage.lake.publish(200);
      await stage.reached(stage.lake.last, 30_000);
      await expectCleanStop([worker]);
      await expectUndisturbed(postgres);
    });

    test(`${RESTARTS} immediate restarts of Postgres`, async ({ database, redis, postgres }) => {
      stage = await setStage(database, redis, RESTARTS * 60 + 60);
      await stage.lake.publish(RESTARTS * 60 + 60);
      const worker = new WorkerProcess(stage.env);
      for (let restart = 0; restart < RESTARTS; restart++) {
        await passed((await cursor()) + 30);
        await postgres.restart({ mode: 'immediate' });
      }
      await stage.reached(stage.lake.last, 60_000);
      await expectCleanStop([worker]);
      await expectUndisturbed(postgres);
    });

    test('a fresh database beside an old Redis', async ({ database, redis, postgres }) => {
      stage = await setStage(database, redis, 60);
      await stage.lake.publish(60);
      const old = await postgres.createDatabase(`old_${Date.now()}`);
      await migrate(old);
      const before = new WorkerProcess({ ...stage.env, DATABASE_URL: old });
      await using oldDb = connectDatabase(old, { applicationName: 'test', max: 1 });
      await vi.waitFor(
        async () => expect((await readCursor(oldDb))?.sequence).toBe(stage.lake.last),
        TAKEOVER_MS,
      );
      before.signal('SIGKILL');
      await before.ended;
      await expectUndisturbed(postgres);
    });
  },
);
