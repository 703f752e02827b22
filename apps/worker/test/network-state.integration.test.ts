import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import type { PoolId } from '@stellar-insights/ledger';
import type { NetworkState } from '@stellar-insights/ledger/state';
import { systemClock } from '@stellar-insights/lifecycle';
import { createLog } from '@stellar-insights/runtime/log';
import { startSimnet, type Simnet } from '@stellar-insights/simnet';
import { describe, expect } from 'vitest';
import { WorkerMetrics } from '../src/health/worker-metrics.ts';
import { configuredState } from '../src/network-state/configured-state.ts';
import { workerConfig } from '../src/config.ts';

const never = new AbortController().signal;

const test = onPostgres
  .extend('simnet', async ({ onTestFinished }) => {
    const simnet = await startSimnet({ history: 2, passphrase: 'Simulated Network' });
    onTestFinished(() => simnet[Symbol.asyncDispose]());
    return simnet;
  })
  .extend('db', async ({ database }, { onCleanup }) => {
    await database.empty();
    await migrate(database.url);
    const db = connectDatabase(database.url, { applicationName: 'test', max: 2 });
    onCleanup(() => db[Symbol.asyncDispose]());
    return db;
  })
  .extend('open', async ({ db }) => (env: Record<string, string>) => {
    const logged: string[] = [];
    const write = (line: string): void => void logged.push(line);
    const log = createLog({ name: 'test', level: 'warn', destination: { write } });
    const config = workerConfig({
      DATABASE_URL: 'postgres://localhost/insights',
      REDIS_URL: 'redis://localhost',
      LEDGER_LAKE_URL: './lake',
      ...env,
    });
    const metrics = new WorkerMetrics({ db, tasks: [] }, config.storage);
    const state = configuredState({ config, db, log, clock: systemClock, metrics: metrics.state });
    const counted = async (name: string) =>
      Number(new RegExp(`^${name}(?:{.*})? (.*)$`, 'm').exec(await metrics.registry.metrics())?.[1]);
    return { state, logged, counted };
  });

async function* nothing(): AsyncGenerator<readonly PoolId[]> {
  yield [];
}

function poolsOf(state: NetworkState | undefined) {
  return Array.fromAsync(state?.pools(nothing(), never) ?? []);
}

/** The network's Horizon, with 77 trustlines for every pool. */
async function lyingHorizon({ urls }: Simnet): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    void fetch(`${urls.horizon}${request.url === '/' ? '' : request.url}`)
      .then(async (answer) => await answer.text())
      .then((body) => response.end(body.replaceAll(/"total_trustlines":"\d+"/g, '"total_trustlines":"77"')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe("the network's state in a worker", () => {
  test('is absent without a Horizon and an RPC, and complete only with a Horizon', async ({
    open,
    simnet,
  }) => {
    const { horizon, rpc } = simnet.urls;
    expect(open({}).state).toBeUndefined();
    expect(open({ STELLAR_RPC_URL: rpc }).state).toMatchObject({ source: 'rpc', coverage: 'seen' });
    for (const [env, accountSource] of [
      [{}, 'horizon'],
      [{ STELLAR_RPC_URL: rpc }, 'rpc'],
    ] as const) {
      const { state } = open({ STELLAR_HORIZON_URL: horizon, ...env });
      expect(state).toMatchObject({ source: 'horizon', coverage: 'complete', accountSource });
    }
  });

  test('counts and logs pools in which Horizon and the RPC differ, and names one', async ({
    open,
    simnet,
  }) => {
    await using liar = await lyingHorizon(simnet);
    const { state, logged, counted } = open({
      STELLAR_HORIZON_URL: liar.url,
      STELLAR_RPC_URL: simnet.urls.rpc,
    });
    const pools = (await poolsOf(state)).flatMap(({ records }) => records);
    expect(await counted('insights_state_compared_total')).toBe(pools.length);
    const found = await counted('insights_state_disagreements_total');
    expect(found).toBeGreaterThan(0);
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0] ?? '{}')).toMatchObject({
      disagreements: found,
      compared: pools.length,
      pool: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });

    const honest = open({ STELLAR_HORIZON_URL: simnet.urls.horizon, STELLAR_RPC_URL: simnet.urls.rpc });
    await poolsOf(honest.state);
    expect(await honest.counted('insights_state_disagreements_total')).toBe(0);
    simnet.faults.rpc = { kind: 'garbage' };
    await poolsOf(honest.state);
    expect(honest.logged).toHaveLength(1);
    expect(honest.logged[0]).toContain('rpc_invalid_response');
  });

  test('keeps to the budget: a crawl ends early, and leaves to what is due what may be asked at once', async ({
    open,
    simnet,
  }) => {
    const env = { STELLAR_HORIZON_URL: simnet.urls.horizon, HORIZON_REQUESTS_PER_HOUR: '60' };
    const { state, counted } = open(env);
    const crawl = () => Array.fromAsync(state?.crawlAssets(null, never) ?? []);
    const ended = async (): Promise<unknown> => {
      for (;;) {
        try {
          await crawl();
        } catch (error) {
          return error;
        }
      }
    };
    expect(await ended()).toMatchObject({ code: 'request_budget_spent', retryable: true });
    expect(await counted('insights_horizon_budget_spent_total')).toBe(1);
    // Another process with the same budget.
    expect(await poolsOf(open(env).state)).not.toEqual([]);
    await expect(crawl()).rejects.toMatchObject({ code: 'request_budget_spent' });
  });

  test('is not read from a network whose ledgers are not the stored ones', async ({ open, db, simnet }) => {
    const { state } = open({ STELLAR_HORIZON_URL: simnet.urls.horizon });
    expect(await poolsOf(state)).not.toEqual([]);
    await db.run(
      ({ sql }) => sql`
        insert into ledger_cursor (network_passphrase, sequence, hash, closed_at)
        values ('Another network', 1, ${Buffer.alloc(32)}, now())`,
    );
    await expect(poolsOf(state)).rejects.toMatchObject({ code: 'state_wrong_network' });
  });
});
