import { readHead } from '@stellar-insights/db/log';
import type { PostgresServer } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { test } from '@stellar-insights/devstack/vitest';
import postgres from 'postgres';
import { expect } from 'vitest';
import { insights } from './support/insights.ts';
import { setStage } from './support/stage.ts';
import { expectCleanStop, startWorker } from './support/worker.ts';

const BACKUP = 'backup';

interface LogLine {
  readonly epoch?: string;
  readonly before?: string;
  readonly lastId?: string;
  readonly handedOut?: string;
  readonly level: string;
}

test('a worker under which an older state is restored renews the epoch before it gives an id; a lost hint costs only that', async ({
  database,
  redis,
  postgres: server,
}) => {
  const { env, lake, reached, synced, db, expectWhole } = await setStage(database, redis, 40);
  const first = await startWorker(env);
  await lake.publish(10);
  await reached(lake.first + 9);
  await expectCleanStop([first]);
  const saved = await readHead(db);
  await copy(server, database.name, BACKUP);

  const worker = await startWorker(env);
  await lake.publish(10);
  await reached(lake.first + 19);
  await synced();
  const last = await readHead(db);
  expect(last.epoch).toBe(saved.epoch);
  expect(last.lastId).toBeGreaterThan(saved.lastId);

  await copy(server, BACKUP, database.name);
  await lake.publish(10);
  await reached(lake.first + 29);
  const restored = await readHead(db);
  expect(restored.epoch).not.toBe(saved.epoch);
  const [warning] = worker.output
    .split('\n')
    .filter((line) => line.includes('"handedOut"'))
    .map((line) => JSON.parse(line) as LogLine);
  // The log ended where the backup ends: nothing was given under the old epoch since.
  expect(warning).toMatchObject({
    level: 'warn',
    before: saved.epoch,
    epoch: restored.epoch,
    lastId: String(saved.lastId),
  });
  expect(BigInt(warning?.handedOut ?? 0)).toBeGreaterThan(saved.lastId);
  expect(BigInt(warning?.handedOut ?? 0)).toBeLessThanOrEqual(last.lastId);

  await redis.flush();
  await copy(server, BACKUP, database.name);
  await reached(lake.first + 29);
  expect((await readHead(db)).epoch).toBe(saved.epoch);
  await expectWhole();
  await expectCleanStop([worker]);

  const { code, stdout } = await insights(['renew-epoch', '--json'], env);
  const { epoch } = JSON.parse(stdout) as { epoch: string };
  expect({ code, epoch }).toEqual({ code: 0, epoch: expect.stringMatching(/^[0-9a-f]{12}$/) as string });
  expect(epoch).not.toBe(saved.epoch);
  expect((await readHead(db)).epoch).toBe(epoch);
  await server.dropDatabase(BACKUP);
});

/** Makes a database anew as a copy of another one. Whoever is connected to either is cut. */
async function copy(server: PostgresServer, from: string, to: string): Promise<void> {
  const sql = postgres(server.url, { max: 1 });
  try {
    await eventually(async () => {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${from}`;
      await server.dropDatabase(to);
      await server.createDatabase(to, { template: from });
    });
  } finally {
    await sql.end();
  }
}
