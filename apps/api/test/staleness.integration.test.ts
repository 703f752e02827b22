import { network, type Network } from '@stellar-insights/contract';
import {
  expectTaskReport,
  recordTaskError,
  recordTaskProgress,
  recordTaskWait,
} from '@stellar-insights/db/tasks';
import { eventually } from '@stellar-insights/devstack/testing';
import type { LedgerSequence } from '@stellar-insights/ledger';
import { describe, expect } from 'vitest';
import type { ApiHealth, ReadyAnswer } from '../src/routes/health/api-health.ts';
import { ask, type Api } from './support/ask.ts';
import { test } from './support/stage.ts';
import { storedSimulation } from './support/stored-simulation.ts';

const task = 'ledger-ingest';
const minute = { dueInMs: 60_000 };

const networkOf = async (api: Api): Promise<Network['data']> =>
  network.parse(await ask(api, '/api/v1/network')).data;

/** What the services answered holds for a moment. */
const expectHealth = (health: ApiHealth, expected: Partial<Record<keyof ReadyAnswer, unknown>>) =>
  eventually(async () => expect(await health.ready('peer')).toMatchObject(expected));

describe('an API whose workers stand still', () => {
  test('stays ready, degraded and stale, and names the reason until there is progress', async ({
    api,
    db,
    health,
    metrics,
  }) => {
    const last = 70_004 as LedgerSequence;
    await storedSimulation(db).close(5);
    await expectTaskReport(db, 'metrics-sync', 60_000);
    await recordTaskProgress(db, task, { tip: last, ...minute });
    await expectHealth(health, { status: 'ready', stale: false, errors: {} });
    expect(await networkOf(api)).toMatchObject({ tip: last, lag_ledgers: 0 });

    const behind = Object.assign(new Error('http://key@host is behind'), { code: 'source_behind' });
    const reset = 70_001 as LedgerSequence;
    await recordTaskWait(db, task, { tip: reset, waitingFor: null, recovered: false, ...minute });
    await recordTaskError(db, task, behind, minute);
    await expectHealth(health, {
      status: 'degraded',
      postgres: 'up',
      redis: 'up',
      stale: true,
      errors: { [task]: 'source_behind' },
    });
    expect((await api.request('/health/ready')).status).toBe(200);
    const answer = await networkOf(api);
    expect(answer).toMatchObject({ tip: reset, lag_ledgers: null });
    expect(answer.tasks).toMatchObject([
      { task, status: 'failing', error_code: 'source_behind', error_since: expect.any(String) as string },
      { task: 'metrics-sync', status: 'ok', progress_age_seconds: null },
    ]);
    expect(JSON.stringify(answer)).not.toContain('key@host');
    expect(await metrics.text()).toMatch(/insights_task_error\{task="ledger-ingest",code="source_behind"/);

    await recordTaskProgress(db, task, { tip: last, ...minute });
    await expectHealth(health, { status: 'ready', stale: false, errors: {} });
  });

  test('says so when none is left that could report', async ({ api, db, health, metrics }) => {
    await recordTaskProgress(db, task, { tip: 70_004 as LedgerSequence, ...minute });
    await db.run(
      ({ sql }) => sql`
        update task_status set due_at = now() - interval '1 s', progress_at = now() - interval '100 s',
               tip_at = now() - interval '100 s' where task = ${task}`,
    );
    await expectHealth(health, {
      status: 'degraded',
      stale: true,
      errors: { [task]: 'queue_stalled' },
      newest_ledger_age_seconds: expect.any(Number) as number,
    });
    const answer = await networkOf(api);
    expect(answer).toMatchObject({
      tip: null,
      lag_ledgers: null,
      newest_ledger_age_seconds: expect.any(Number),
    });
    expect(answer.tasks[0]?.progress_age_seconds).toBeGreaterThanOrEqual(100);
    const text = await metrics.text();
    expect(text).toMatch(/insights_task_error\{task="ledger-ingest",code="queue_stalled"/);
    expect(text).toMatch(/insights_task_progress_age_seconds\{task="ledger-ingest",.*\} 1\d\d\./);
    expect(text).toMatch(/insights_ledger_lag_seconds\{.*\} \d/);
  });

  test('says what a task waits for', async ({ api, db }) => {
    const waitingFor = 'ledger 99999, where START_LEDGER begins';
    await recordTaskWait(db, task, { tip: null, waitingFor, recovered: true, ...minute });
    expect((await networkOf(api)).tasks[0]).toMatchObject({
      waiting_for: waitingFor,
      waiting_since: expect.any(String) as string,
    });
  });
});
