import { TableLock } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { expectBlocked } from './api-scenarios.ts';
import type { AppProcess } from './app-process.ts';
import { expectEnding, expectThat } from './expect-ending.ts';
import type { Scenario, Stage } from './stage.ts';

/** Storing a ledger writes to it. */
const TABLE = 'dirty_corridor_buckets';

/** Resolves once the worker has stored ledgers. */
export async function working(worker: AppProcess): Promise<void> {
  await eventually(async () => {
    const metrics = await worker.text('/metrics');
    return /^insights_ledgers_stored_total\b.* [1-9]\d*$/m.test(metrics);
  });
}

/** Resolves once so many jobs wait for the table. */
export async function stuck(stage: Stage, jobs: number): Promise<void> {
  await eventually(async () => {
    const connections = await stage.postgres.connections('insights');
    return connections.filter(({ waitsForLock }) => waitsForLock).length >= jobs;
  });
}

/** What was stored until now equals what the network says, ledger by ledger. */
async function expectWhole(stage: Stage): Promise<void> {
  const [first, last] = [stage.firstLedger, await stage.cursor()];
  await stage.insights('verify', '--from', `${first}`, '--to', `${last}`);
}

/** The arguments of a command about the ledgers before the first one that workers follow. */
function olderRange({ olderLedgers: { from, to } }: Stage): string[] {
  return ['--from', `${from}`, '--to', `${to}`];
}

function expectJobs({ report }: Awaited<ReturnType<AppProcess['ending']>>): void {
  const { failed = 0, abandoned = 0 } = report?.counts ?? {};
  expectThat(failed + abandoned === 0, `failed ${failed}, abandoned ${abandoned}`, 'no job lost');
}

export const workerScenarios: readonly Scenario[] = [
  ...(['SIGTERM', 'SIGINT'] as const).map((signal) => ({
    title: `worker, ${signal} with jobs running: they reach a safe point, nothing is lost, exit 0`,
    play: async (stage: Stage) => {
      const worker = await stage.worker();
      await working(worker);
      const ending = await worker.stop(signal);
      expectEnding(ending, { code: 0, outcome: 'clean', forced: [], withinSeconds: 5 });
      expectJobs(ending);
      await expectWhole(stage);
    },
  })),
  {
    title:
      'worker, SIGTERM while it loads older ledgers: the chunk goes back to its queue, and the next worker loads it',
    play: async (stage) => {
      const worker = await stage.worker();
      await working(worker);
      // A page of ledgers takes longer than the stop may.
      await stage.misbehave({ rpc: { kind: 'slow', delayMs: 20_000 } });
      await stage.insights('backfill', ...olderRange(stage), '--detach');
      await eventually(async () => {
        const connections = await stage.postgres.connections('insights');
        return connections.some(({ application }) => application === 'insights-backfill');
      });
      const ending = await worker.stop();
      expectEnding(ending, { code: 0, outcome: 'clean', forced: [], withinSeconds: 5 });
      expectJobs(ending);
      await stage.misbehave({});
      const next = await stage.worker();
      await stage.insights('backfill', ...olderRange(stage));
      expectEnding(await next.stop(), { code: 0, outcome: 'clean' });
      await stage.insights('verify', ...olderRange(stage));
    },
  },
  {
    title:
      'worker, a hang: it ends in time and names the job, and the next worker continues from the same ledger',
    play: async (stage) => {
      const worker = await stage.worker({ SHUTDOWN_BACKGROUND_TIMEOUT: '3' });
      await working(worker);
      const lock = await TableLock.take(stage.databaseUrl, TABLE);
      await stuck(stage, 2);
      const ending = await worker.stop();
      await lock[Symbol.asyncDispose]();
      expectEnding(ending, { code: 1, outcome: 'forced', forced: ['background'], withinSeconds: 15 });
      const waitedFor = ending.report?.phases.flatMap(({ resources }) =>
        resources.flatMap((resource) => resource.waitedFor ?? []),
      );
      expectThat(
        waitedFor?.some((text) => text.includes('metrics-sync')) === true,
        `a report that it waited for "${waitedFor?.join()}"`,
        'the job by name',
      );
      const next = await stage.worker();
      await working(next);
      expectEnding(await next.stop(), { code: 0, outcome: 'clean' });
      await expectWhole(stage);
    },
  },
  {
    title: 'worker, a second signal: it exits 143 at once',
    play: async (stage) => {
      const worker = await stage.worker();
      await working(worker);
      await using _ = await TableLock.take(stage.databaseUrl, TABLE);
      await stuck(stage, 1);
      await worker.announceStop();
      expectEnding(await worker.stopAgain(), { code: 143, outcome: 'forced', withinSeconds: 3 });
    },
  },
  {
    title: 'worker, a blocked loop: the heartbeat limit ends it with 70 and its stack, and nothing is lost',
    play: async (stage) => {
      const worker = await stage.worker({ SHUTDOWN_HEARTBEAT_LIMIT: '1' }, 'block-on-demand.mjs');
      await working(worker);
      await worker.signal('SIGUSR2');
      expectBlocked(await worker.stop(), 6);
      await expectWhole(stage);
    },
  },
];
