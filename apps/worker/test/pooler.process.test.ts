import { startPgBouncer } from '@stellar-insights/devstack';
import { programForTests, test } from '@stellar-insights/devstack/vitest';
import { expect, onTestFinished } from 'vitest';
import { insights } from './support/insights.ts';
import { setStage } from './support/stage.ts';
import { expectCleanStop, startWorker } from './support/worker.ts';

const LEDGERS = 20;
const program = await programForTests('pgbouncer');

test.skipIf(program === undefined)(
  'a worker behind PgBouncer in transaction mode stores every ledger and stops clean; without the variable it ends with 78',
  async ({ database, redis, postgres: server }) => {
    const pgbouncer = await startPgBouncer({
      program: program ?? '',
      postgresUrl: server.url,
      poolMode: 'transaction',
      settings: { default_pool_size: '3' },
    });
    onTestFinished(() => pgbouncer[Symbol.asyncDispose]());
    const { env, lake, reached, expectWhole } = await setStage(database, redis, LEDGERS);
    const hidden = { ...env, DATABASE_URL: pgbouncer.urlOf(database.url) };
    const refused = await startWorker(hidden);
    expect(await refused.ended()).toEqual({ code: 78, signal: null });
    expect(refused.output).toContain('set DATABASE_POOLER=session, or DATABASE_POOLER=transaction');

    const known = { ...hidden, DATABASE_POOLER: 'transaction', DATABASE_DIRECT_URL: database.url };
    await lake.publish(LEDGERS);
    const worker = await startWorker(known);
    await reached(lake.last);
    await expectWhole();
    const { code, stdout } = await insights(['status', '--json'], known);
    expect({ code, status: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 0,
      status: { cursor: { sequence: lake.last }, last_error: null },
    });
    await expectCleanStop([worker]);
  },
);
