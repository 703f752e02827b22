import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { test } from '@stellar-insights/devstack/vitest';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { readHead } from '@stellar-insights/db/log';
import { beforeAll, describe, expect } from 'vitest';
import { CloseWatch } from './support/close-watch.ts';
import { Crowd } from './support/crowd.ts';
import { LogReads } from './support/log-reads.ts';
import { LogWriter } from './support/log-writer.ts';
import { Replica } from './support/replica.ts';
import { source } from './support/repository.ts';

const FULL = Boolean(process.env['TEST_FULL']);
const SIZE = FULL
  ? { webSockets: 1000, eventStreams: 200, restless: 20, rolls: 5, quietMs: 60_000, perSecond: 10 }
  : { webSockets: 40, eventStreams: 10, restless: 4, rolls: 2, quietMs: 2000, perSecond: 20 };
/** No client is closed sooner than this after its notice. */
const NOTICE_MS = 500;
/** Long only with TEST_FULL, which 1,200 clients keep busy. */
const LIMIT_MS = FULL ? 600_000 : 60_000;

beforeAll(() => void execFileSync(source('node_modules/.bin/tsc'), ['-b', 'apps/api'], { cwd: source('.') }));

/** Rolls a replica, and checks what those see who do not leave at the notice. */
async function rollWatched(replica: Replica, port: number): Promise<void> {
  const watch = await CloseWatch.open(port, 4, 2);
  await eventually(() => watch.endings.every(({ ids }) => ids.length > 0), {
    what: 'events before the roll',
  });
  const [code, lagMs] = await Promise.all([replica.roll(), watch.closed()]);
  expect(code).toBe(0);
  for (const { ids, notices, closed } of watch.endings) {
    expect(notices.map(({ lastId }) => lastId)).toEqual(notices.map(({ idBefore }) => idBefore));
    expect((closed?.at ?? 0) - (notices[0]?.at ?? Infinity)).toBeGreaterThanOrEqual(NOTICE_MS - lagMs);
    const lastNamed =
      closed?.code === 1012 ? /last_id=(\S+)$/.exec(closed.reason)?.[1] : notices.at(-1)?.lastId;
    expect(lastNamed).toBe(ids.at(-1));
  }
}

describe('clients of two replicas', () => {
  test(
    'end with exactly the events of the log, in order, whatever happens to replicas, Redis and Postgres',
    { timeout: 180_000 + (FULL ? 1_200_000 : 0) },
    async ({ database, redis, postgres }) => {
      await migrate(database.url);
      await using stack = new AsyncDisposableStack();
      const db = stack.use(connectDatabase(database.url, { applicationName: 'test' }));
      const env = {
        DATABASE_URL: database.url,
        REDIS_URL: redis.url,
        REALTIME_MAX_PER_ADDRESS: '5000',
        SHUTDOWN_READINESS_DELAY: '0.5',
      };
      const ports = [await freePort(), await freePort()];
      const adminPorts = [await freePort(), await freePort()];
      const replicas = await Promise.all(
        ports.map(async (port, place) => {
          const API_ADMIN_PORT = String(adminPorts[place]);
          const options = { name: 'api', port, env: { ...env, API_ADMIN_PORT }, built: true } as const;
          return stack.use(await Replica.start(options));
        }),
      );
      const rollAll = async (): Promise<void> => {
        for (const [place, replica] of replicas.entries()) await rollWatched(replica, ports[place] ?? 0);
      };
      const { epoch } = await readHead(db);
      const writer = stack.use(new LogWriter(db, SIZE.perSecond));
      const crowd = stack.use(new Crowd({ ...SIZE, ports, after: `${epoch}-0` }));
      await eventually(() => crowd.haveAll(1), { what: 'all clients to follow', limitMs: LIMIT_MS });

      const reads = stack.use(new LogReads(adminPorts));
      const quiet = await reads.rateOf(() => sleep(SIZE.quietMs));
      const rolling = await reads.rateOf(async () => {
        for (let roll = 0; roll < SIZE.rolls; roll += 1) await rollAll();
      });
      await replicas[0]?.kill();
      await Promise.all([replicas[1]?.roll(), redis.flush()]);
      await Promise.all([replicas[0]?.roll(), postgres.restart()]);

      await writer[Symbol.asyncDispose]();
      const count = Number((await readHead(db)).lastId);
      await eventually(() => crowd.haveAll(count), {
        what: `${count} events at each client`,
        limitMs: LIMIT_MS,
      });
      await crowd[Symbol.asyncDispose]();
      const expected = Array.from({ length: count }, (_, place) => place + 1).join();
      const wrong = crowd.members.filter(({ ids }) => ids.join() !== expected);
      console.log(
        `${crowd.members.length} clients, ${crowd.connections} connections, ${count} events each; ` +
          `statements on the log: ${quiet.toFixed(1)}/s quiet, ${rolling.toFixed(1)}/s during the rolls`,
      );
      expect(crowd.errors).toEqual([]);
      expect(wrong.map(({ name, ids }) => `${name}: ${ids.length} ids`)).toEqual([]);
      expect(rolling).toBeLessThan(2 * quiet);
    },
  );
});
