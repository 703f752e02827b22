import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { freePort, LocalProgram } from '@stellar-insights/devstack';
import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect, vi } from 'vitest';
import { Balancer } from './support/balancer.ts';
import { Load } from './support/load.ts';
import { Replica } from './support/replica.ts';
import { sourceArgs } from './support/repository.ts';

const ROLLS = process.env['TEST_FULL'] ? 10 : 2;
const REQUESTS_PER_SECOND = 100;
const FIRST_LEDGER = 1000;

type Env = Readonly<Record<string, string>>;

async function insights(env: Env, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    sourceArgs('apps/worker/src/cli.ts', ...args, '--json'),
    { env },
  );
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** A network that goes on closing ledgers, and what a process needs to follow it. */
async function startNetwork(): Promise<{ env: Env } & AsyncDisposable> {
  const program = await LocalProgram.start({
    name: 'network',
    command: process.execPath,
    args: sourceArgs('packages/simnet/src/main.ts', 'serve', '--close-interval', '0.5', '--history', '30'),
    env: { PATH: process.env['PATH'] ?? '' },
  });
  const { rpc } = await vi.waitFor(
    async () => JSON.parse((await program.output()).split('\n', 1)[0] ?? '') as { rpc: string },
    { timeout: 30_000 },
  );
  const env = { STELLAR_RPC_URL: rpc, START_LEDGER: String(FIRST_LEDGER), METRICS_SYNC_INTERVAL: '1' };
  return { env, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

describe('a deployment of two apis and two workers', () => {
  test(
    `loses no request and no ledger while each is rolled ${ROLLS} times under load`,
    { timeout: 60_000 + ROLLS * 60_000 },
    async ({ database, redis }) => {
      await using network = await startNetwork();
      const env = {
        PATH: process.env['PATH'] ?? '',
        DATABASE_URL: database.url,
        REDIS_URL: redis.url,
        ...network.env,
      };
      await insights(env, 'migrate');

      await using stack = new AsyncDisposableStack();
      const start = async (name: 'api' | 'worker', port: number): Promise<Replica> =>
        stack.use(await Replica.start({ name, port, env }));
      const apiPorts = [await freePort(), await freePort()];
      const workers = [await start('worker', await freePort()), await start('worker', await freePort())];
      await vi.waitFor(async () => expect(await insights(env, 'status')).toMatchObject({ lag_ledgers: 0 }), {
        timeout: 30_000,
      });
      const apis = await Promise.all(apiPorts.map((port) => start('api', port)));
      const balancer = stack.use(await Balancer.before(apiPorts));
      const allServe = () =>
        vi.waitFor(() => expect(apiPorts.every((port) => balancer.sendsTo(port))).toBe(true), 10_000);
      await allServe();

      const load = stack.use(new Load(balancer.url, REQUESTS_PER_SECOND));
      const codes: (number | null)[] = [];
      for (let roll = 0; roll < ROLLS; roll++) {
        for (const replica of [...apis, ...workers]) {
          codes.push(await replica.roll());
          await allServe();
        }
      }
      await load[Symbol.asyncDispose]();

      expect(load.failures).toEqual([]);
      expect(load.answered).toBeGreaterThan(REQUESTS_PER_SECOND);
      expect(codes).toEqual(codes.map(() => 0));
      const { cursor, gaps } = await insights(env, 'status');
      expect(gaps).toEqual([]);
      const { sequence } = cursor as { sequence: number };
      expect(await insights(env, 'verify', '--from', `${FIRST_LEDGER}`, '--to', `${sequence}`)).toMatchObject(
        {
          equal: true,
          differences: [],
        },
      );
    },
  );
});
