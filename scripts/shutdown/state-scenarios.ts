import { eventually } from '@stellar-insights/devstack/testing';
import type { AppProcess } from './app-process.ts';
import { expectEnding, expectThat } from './expect-ending.ts';
import type { Scenario } from './stage.ts';

const OF_HORIZON = ['pools', 'assets'];
const ALL = [...OF_HORIZON, 'anchors'];
const EVERY_SECOND = {
  POOL_SYNC_INTERVAL: '1',
  TRUSTLINE_SYNC_INTERVAL: '1',
  ANCHOR_SYNC_INTERVAL: '1',
};

/** Seconds since these snapshots of the state of the network were read; none of those that were never stored. */
async function ages(worker: AppProcess, states: readonly string[]): Promise<number[]> {
  const metrics = await worker.text('/metrics');
  return states.flatMap((state) => {
    const sample = new RegExp(`^insights_state_age_seconds\\{.*state="${state}".*\\} (\\S+)$`, 'm').exec(
      metrics,
    );
    return sample === null ? [] : [Number(sample[1])];
  });
}

async function fresh(worker: AppProcess): Promise<void> {
  await eventually(async () => {
    const read = await ages(worker, ALL);
    expectThat(read.length === ALL.length && read.every((age) => age < 5), read.join(), 'a fresh state');
  });
}

export const stateScenarios: readonly Scenario[] = [
  {
    title:
      'worker, SIGTERM while it reads the state of the network: the reading is given up, the last snapshot stays, exit 0',
    play: async (stage) => {
      const worker = await stage.worker(EVERY_SECOND);
      await fresh(worker);
      await stage.misbehave({ horizon: { kind: 'slow', delayMs: 60_000 } });
      // No reading ends any more: one is under way.
      await eventually(async () => {
        const read = await ages(worker, OF_HORIZON);
        expectThat(
          read.every((age) => age > 5),
          read.join(),
          'an old state',
        );
      });
      const ending = await worker.stop();
      expectEnding(ending, { code: 0, outcome: 'clean', forced: [], withinSeconds: 5 });
      const { failed = 0, abandoned = 0 } = ending.report?.counts ?? {};
      expectThat(failed + abandoned === 0, `failed ${failed}, abandoned ${abandoned}`, 'no job lost');
      await stage.misbehave({});
      const next = await stage.worker(EVERY_SECOND);
      await fresh(next);
      expectEnding(await next.stop(), { code: 0, outcome: 'clean' });
    },
  },
];
