import { readFile, rm } from 'node:fs/promises';
import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect, vi } from 'vitest';
import { insights } from './support/insights.ts';
import { answers, PATIENCE_MS } from './support/probes.ts';
import { setStage, type Stage } from './support/stage.ts';
import { WorkerProcess } from './support/worker-process.ts';

interface Status {
  readonly cursor: { readonly sequence: number } | null;
  readonly last_error: { readonly task: string; readonly code: string; readonly message: string } | null;
}

/** What `status` says once it names such an error, or none. */
function statusWith({ env }: Stage, code: string | null): Promise<Status> {
  return vi.waitFor(async () => {
    const { stdout } = await insights(['status', '--json'], env);
    const status = JSON.parse(stdout) as Status;
    expect(status.last_error?.code ?? null).toBe(code);
    return status;
  }, PATIENCE_MS);
}

async function expectNamed(
  stage: Stage,
  worker: WorkerProcess,
  code: string,
  message: RegExp,
): Promise<void> {
  await worker.logged(({ err }) => err?.code === code);
  await answers(
    worker,
    '/metrics',
    200,
    new RegExp(`insights_task_error\\{task="ledger-ingest",code="${code}"`),
  );
  const { last_error: error } = await statusWith(stage, code);
  expect(error).toMatchObject({ task: 'ledger-ingest', message: expect.stringMatching(message) as string });
}

describe('a worker whose source is wrong names the fault, moves no cursor, and goes on once it is mended', () => {
  test('a damaged ledger, then a missing one', async ({ database, redis }) => {
    const stage = await setStage(database, redis);
    const { lake, env, reached, expectWhole } = stage;
    await lake.publish(10);
    const damaged = lake.fileOf(lake.first + 4);
    const whole = await readFile(damaged);
    await lake.replace(damaged, whole.subarray(0, whole.length - 20));
    const worker = new WorkerProcess(env);
    await expectNamed(stage, worker, 'ledger_corrupt', new RegExp(`ledger ${lake.first + 4}`));
    await reached(lake.first + 3);

    await rm(damaged);
    await expectNamed(stage, worker, 'ledger_missing', new RegExp(`ledger ${lake.first + 4}`));
    await reached(lake.first + 3);

    await lake.replace(damaged, whole);
    await reached(lake.last, PATIENCE_MS);
    expect(await statusWith(stage, null)).toMatchObject({ cursor: { sequence: lake.last } });
    await answers(worker, '/health/ready', 200, /"errors":\{\}/);
    await expectWhole();
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
  });

  test('a lake of another network', async ({ database, redis }) => {
    const stage = await setStage(database, redis);
    const { lake, env, reached } = stage;
    await lake.publish(5);
    const manifest = await readFile(lake.manifest, 'utf8');
    await lake.replace(lake.manifest, manifest.replace(lake.passphrase, 'Another Network'));
    const worker = new WorkerProcess({
      ...env,
      STELLAR_NETWORK: 'custom',
      STELLAR_NETWORK_PASSPHRASE: lake.passphrase,
    });
    await expectNamed(stage, worker, 'wrong_network', /Another Network.*expected.*Simulated Network/);
    expect(await statusWith(stage, 'wrong_network')).toMatchObject({ cursor: null });

    await lake.replace(lake.manifest, manifest);
    await reached(lake.last, PATIENCE_MS);
    await statusWith(stage, null);
  });
});
