import { freePort } from '@stellar-insights/devstack';
import { eventually, TestProgram } from '@stellar-insights/devstack/testing';
import { startProgram, test } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { Balancer } from './support/balancer.ts';
import { Load } from './support/load.ts';
import { Replica } from './support/replica.ts';
import { source } from './support/repository.ts';

const ROLLS = process.env['TEST_FULL'] ? 10 : 2;
const REQUESTS_PER_SECOND = 100;
const FIRST_LEDGER = 1000;
const HISTORY = 30;

type Env = Readonly<Record<string, string>>;

async function insights(env: Env, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const command = [source('apps/worker/src/cli.ts'), ...args, '--json'];
  const { code, stdout, output } = await TestProgram.run({ name: 'insights', args: command, env });
  expect(code, output).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** The last ledger stored; 0 before the first. */
async function cursorOf(env: Env): Promise<number> {
  const { cursor } = (await insights(env, 'status')) as { cursor: { sequence: number } | null };
  return cursor?.sequence ?? 0;
}

/** A network that goes on closing ledgers; resolves to what a process needs to follow it. */
async function startNetwork(): Promise<Env> {
  const options = ['--close-interval', '0.5', '--history', String(HISTORY)];
  const network = await startProgram({ args: [source('packages/simnet/src/main.ts'), 'serve', ...options] });
  const { rpc } = await network.logged<{ rpc: string }>((line) => 'rpc' in line);
  return { STELLAR_RPC_URL: rpc, START_LEDGER: String(FIRST_LEDGER), METRICS_SYNC_INTERVAL: '1' };
}

describe('a deployment of two apis and two workers', () => {
  test(
    `loses no request and no ledger while each is rolled ${ROLLS} times under load`,
    // Long only with TEST_FULL.
    { timeout: 180_000 + ROLLS * 30_000 },
    async ({ database, redis }) => {
      const env = { DATABASE_URL: database.url, REDIS_URL: redis.url, ...(await startNetwork()) };
      await insights(env, 'migrate');

      await using stack = new AsyncDisposableStack();
      const start = async (name: 'api' | 'worker', port: number): Promise<Replica> =>
        stack.use(await Replica.start({ name, port, env }));
      const apiPorts = [await freePort(), await freePort()];
      const workers = [await start('worker', await freePort()), await start('worker', await freePort())];
      await eventually(async () => (await cursorOf(env)) >= FIRST_LEDGER + HISTORY, {
        what: 'the history of the network to be stored',
      });
      const apis = await Promise.all(apiPorts.map((port) => start('api', port)));
      const balancer = stack.use(await Balancer.before(apiPorts));
      const allServe = () =>
        eventually(() => apiPorts.every((port) => balancer.sendsTo(port)), { what: 'both apis in service' });
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
      expect(await insights(env, 'status')).toMatchObject({ gaps: [] });
      const range = ['--from', String(FIRST_LEDGER), '--to', String(await cursorOf(env))];
      expect(await insights(env, 'verify', ...range)).toMatchObject({ equal: true, differences: [] });
    },
  );
});
