import { readTaskStatus } from '@stellar-insights/db/tasks';
import { eventually, type TestProgram } from '@stellar-insights/devstack/testing';
import { test } from '@stellar-insights/devstack/vitest';
import { startSimnet } from '@stellar-insights/simnet';
import { describe, expect } from 'vitest';
import type { Status } from '../src/commands/status.ts';
import { insights } from './support/insights.ts';
import { setStage } from './support/stage.ts';
import { answers, CLEAN_STOP, loggedError, startWorker, type Env } from './support/worker.ts';

async function statusOf(env: Env): Promise<Status> {
  const { code, stdout, stderr } = await insights(['status', '--json'], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Status;
}

/** Readiness, the metrics and the log name what stops ingestion. */
async function standsStill(worker: TestProgram, code: string): Promise<void> {
  await answers(worker, '/health/ready', 503, new RegExp(`"ledger-ingest":"${code}"`));
  await answers(
    worker,
    '/metrics',
    200,
    new RegExp(`insights_task_error\\{task="ledger-ingest",code="${code}"`),
  );
  await loggedError(worker, code);
}

describe('a worker that stores no ledger', () => {
  test('says what it waits for, and names a frozen tip, a source that went back and one that hangs', async ({
    database,
    redis,
  }) => {
    const { db, env: onLake, reached } = await setStage(database, redis, 1);
    await using simnet = await startSimnet({ history: 20 });
    const { latest } = simnet.history;
    const first = latest.sequence + 3;
    const { LEDGER_LAKE_URL: _, ...onNothing } = onLake;
    const env = {
      ...onNothing,
      STELLAR_RPC_URL: simnet.urls.rpc,
      STELLAR_RPC_TIMEOUT: '2',
      START_LEDGER: String(first),
    };
    const worker = await startWorker(env);
    const waiting = new RegExp(
      `"status":"ready".*"waiting_for":"ledger ${first}, where START_LEDGER begins"`,
    );
    await answers(worker, '/health/ready', 200, waiting);
    expect(await statusOf(env)).toMatchObject({
      cursor: null,
      tip: latest.sequence,
      last_error: null,
      tasks: [
        { task: 'anchor-sync' },
        { task: 'backfill' },
        {
          task: 'ledger-ingest',
          waiting_for: expect.stringMatching(/START_LEDGER/),
          waiting_since: expect.any(String),
        },
        { task: 'metrics-sync' },
        { task: 'pool-sync' },
        { task: 'trustline-sync' },
        { task: 'webhook-dispatch' },
      ],
    });

    for (let left = 3; left > 0; left--) simnet.closeLedger();
    await reached(first);
    await answers(worker, '/health/ready', 200, /"errors":\{\}/);
    // As if the last ledger had been stored eleven minutes ago. The report of its storing may still be on its way.
    await eventually(async () => {
      await db.run(
        ({ sql }) => sql`
        update task_status set progress_at = clock_timestamp() - interval '11 min' where task = 'ledger-ingest'`,
      );
      return (await worker.get('/health/ready')).status === 503;
    });
    await standsStill(worker, 'source_stalled');
    const frozen = await statusOf(env);
    expect(frozen).toMatchObject({ tip: first, lag_ledgers: 0, last_error: { code: 'source_stalled' } });
    const ingest = frozen.tasks.find(({ task }) => task === 'ledger-ingest');
    expect(ingest?.progress_age_seconds).toBeGreaterThan(600);

    simnet.faults.rpc = { kind: 'stale', latestLedger: latest.sequence };
    await standsStill(worker, 'source_behind');
    expect(await statusOf(env)).toMatchObject({
      tip: latest.sequence,
      lag_ledgers: null,
      last_error: { code: 'source_behind' },
      source_error: { code: 'source_behind' },
    });

    simnet.faults.rpc = { kind: 'slow', delayMs: 600_000 };
    expect(await statusOf(env)).toMatchObject({
      tip: null,
      lag_ledgers: null,
      source_error: { code: 'rpc_unreachable' },
    });
    await eventually(async () => expect((await readTaskStatus(db))[0]?.tip).toBeNull());

    simnet.faults.rpc = null;
    simnet.closeLedger();
    await reached(first + 1);
    await answers(worker, '/health/ready', 200, /"status":"ready".*"errors":\{\}/);
    const another = { STELLAR_NETWORK: 'custom', STELLAR_NETWORK_PASSPHRASE: 'Another Network' };
    expect(await statusOf({ ...env, ...another })).toMatchObject({
      tip: null,
      source_error: { code: 'wrong_network', message: expect.stringMatching(/expected "Another Network"/) },
    });
    expect(await worker.stop()).toEqual(CLEAN_STOP);
  });

  test('names a lease that nobody can have taken; a start without Redis stores ledgers; a dead worker is named', async ({
    database,
    redis,
  }) => {
    const { db, lake, env, reached, expectWhole } = await setStage(database, redis);
    await lake.publish(5);
    await db.run(
      ({ sql }) => sql`
      insert into leases (name, holder, until) values ('ledger-ingest', 'host:1:gone', now() + interval '1 h')`,
    );
    const worker = await startWorker(env);
    await standsStill(worker, 'lease_unavailable');
    expect((await statusOf(env)).last_error).toMatchObject({
      code: 'lease_unavailable',
      message: expect.stringMatching(/held by host:1:gone.*delete from leases where name = 'ledger-ingest'/),
    });
    await db.run(({ sql }) => sql`delete from leases`);
    await reached(lake.last);
    await answers(worker, '/health/ready', 200, /"errors":\{\}/);

    await worker.stop('SIGKILL');
    await redis.stop();
    await lake.publish(5);
    const heir = await startWorker(env);
    await reached(lake.last);
    await answers(heir, '/health/ready', 200, /"status":"degraded"/);
    await redis.start();
    await expectWhole();
    await heir.stop('SIGKILL');

    await db.run(({ sql }) => sql`update task_status set due_at = now()`);
    expect(await statusOf(env)).toMatchObject({
      last_error: { code: 'queue_stalled' },
      tasks: Array.from({ length: 7 }, () => ({ error: { code: 'queue_stalled' } })),
    });
  });
});
