import { readFile, rm } from 'node:fs/promises';
import { eventually, type TestProgram } from '@stellar-insights/devstack/testing';
import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { insights } from './support/insights.ts';
import { setStage, type Stage } from './support/stage.ts';
import { answers, CLEAN_STOP, loggedError, startWorker } from './support/worker.ts';

interface Status {
  readonly cursor: { readonly sequence: number } | null;
  readonly last_error: { readonly task: string; readonly code: string; readonly message: string } | null;
}

/** What `status` prints once it names an error with this code, or none. */
function statusWith({ env }: Stage, code: string | null): Promise<Status> {
  return eventually(async () => {
    const { stdout } = await insights(['status', '--json'], env);
    const status = JSON.parse(stdout) as Status;
    expect(status.last_error?.code ?? null).toBe(code);
    return status;
  });
}

/** The fault is in the log, in the metrics and in `status`, which is returned. */
async function expectNamed(
  stage: Stage,
  worker: TestProgram,
  code: string,
  message: RegExp,
): Promise<Status> {
  await loggedError(worker, code);
  const metric = new RegExp(`insights_task_error\\{task="ledger-ingest",code="${code}"`);
  await answers(worker, '/metrics', 200, metric);
  const status = await statusWith(stage, code);
  const task = 'ledger-ingest';
  expect(status.last_error).toMatchObject({ task, message: expect.stringMatching(message) as string });
  return status;
}

describe('a worker whose source is wrong', () => {
  test('names another network, a damaged ledger and a missing one, moves no cursor, and goes on once each is mended', async ({
    database,
    redis,
  }) => {
    const stage = await setStage(database, redis);
    const { lake, env, reached, cursor, expectWhole } = stage;
    await lake.publish(10);
    const broken = lake.first + 4;
    const file = lake.fileOf(broken);
    const whole = await readFile(file);
    await lake.replace(file, whole.subarray(0, whole.length - 20));
    const manifest = await readFile(lake.manifest, 'utf8');
    await lake.replace(lake.manifest, manifest.replace(lake.passphrase, 'Another Network'));

    const worker = await startWorker({
      ...env,
      STELLAR_NETWORK: 'custom',
      STELLAR_NETWORK_PASSPHRASE: lake.passphrase,
    });
    const wrongNetwork = /Another Network.*expected.*Simulated Network/;
    expect(await expectNamed(stage, worker, 'wrong_network', wrongNetwork)).toMatchObject({ cursor: null });

    await lake.replace(lake.manifest, manifest);
    await expectNamed(stage, worker, 'ledger_corrupt', new RegExp(`ledger ${broken}`));
    expect(await cursor()).toBe(broken - 1);

    await rm(file);
    await expectNamed(stage, worker, 'ledger_missing', new RegExp(`ledger ${broken}`));
    expect(await cursor()).toBe(broken - 1);

    await lake.replace(file, whole);
    await reached(lake.last);
    expect(await statusWith(stage, null)).toMatchObject({ cursor: { sequence: lake.last } });
    await answers(worker, '/health/ready', 200, /"errors":\{\}/);
    await expectWhole();
    expect(await worker.stop()).toEqual(CLEAN_STOP);
  });
});
