import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { readCursor } from '@stellar-insights/db/ledgers';
import { readTaskStatus } from '@stellar-insights/db/tasks';
import type { PostgresServer } from '@stellar-insights/devstack';
import { eventually, type TestProgram } from '@stellar-insights/devstack/testing';
import { test } from '@stellar-insights/devstack/vitest';
import { startSimnet, type Simnet } from '@stellar-insights/simnet';
import { SimLake } from '@stellar-insights/simnet/testing';
import { describe, expect, onTestFinished } from 'vitest';
import { insights } from './support/insights.ts';
import { startWorker, type Env } from './support/worker.ts';

/** Each way lasts for more than a minute: `pnpm test:full` tries them all at the same time. */
const full = process.env['TEST_FULL'] === '1';

interface Way {
  readonly name: string;
  readonly code: string;
  readonly env: Env;
  readonly db: Database;
  readonly worker: TestProgram;
  /** Causes the standstill. */
  readonly begin: () => Promise<void>;
  /** A dead worker answers nothing. */
  readonly dead?: boolean;
}

/** Seconds from the cause until each of them named the code. */
type Times = Record<'readiness' | 'metrics' | 'log' | 'database', string>;

async function timesOf({ code, worker, db, begin, dead = false }: Way): Promise<Times> {
  await begin();
  const began = performance.now();
  const took = async (check: () => Promise<boolean>): Promise<string> => {
    await eventually(check, { what: code, limitMs: 150_000, everyMs: 500 });
    return `${((performance.now() - began) / 1000).toFixed(0)} s`;
  };
  const inDatabase = async () => (await readTaskStatus(db)).some(({ lastError }) => lastError?.code === code);
  const ofWorker = (check: () => Promise<boolean>): Promise<string> =>
    dead ? Promise.resolve('none') : took(check);
  const [readiness, metrics, log, database] = await Promise.all([
    ofWorker(async () => {
      const response = await worker.get('/health/ready');
      return response.status === 503 && (await response.text()).includes(code);
    }),
    ofWorker(async () => (await (await worker.get('/metrics')).text()).includes(`code="${code}"`)),
    ofWorker(async () => worker.output.includes(code)),
    took(inDatabase),
  ]);
  return { readiness, metrics, log, database };
}

describe.runIf(full)('every way to stand still', { timeout: 600_000 }, () => {
  test('is named in readiness, metrics, the log and the database', async ({ postgres, redis }) => {
    await redis.flush();
    const worlds = new Worlds(postgres, redis.url);
    const ways = await Promise.all([
      worlds.hangingRpc(),
      worlds.frozenTip(),
      worlds.resetNetwork(),
      worlds.forbiddenLake(),
      worlds.futureLease(),
      worlds.deadWorker(),
    ]);
    const queue = await worlds.missingRedis(() => redis.stop());
    const print = async (way: Way): Promise<void> => {
      const { readiness, metrics, log, database } = await timesOf(way);
      const { stdout } = await insights(['status'], way.env);
      console.log(
        `| ${way.name} | ${way.code} | readiness ${readiness} | metrics ${metrics} | log ${log} | status, /network ${database} |\n${stdout}`,
      );
    };
    await Promise.all(ways.map(print));
    await print(queue);
    await redis.start();
  });
});

/** Sources and databases that belong to one way each. */
class Worlds {
  readonly #postgres: PostgresServer;
  readonly #redisUrl: string;

  constructor(postgres: PostgresServer, redisUrl: string) {
    this.#postgres = postgres;
    this.#redisUrl = redisUrl;
  }

  async hangingRpc(): Promise<Way> {
    const { simnet, ...world } = await this.#onRpc({ closeEveryMs: 1000 });
    const begin = async (): Promise<void> => {
      simnet.faults.rpc = { kind: 'slow', delayMs: 1_000_000 };
    };
    return { ...world, name: 'RPC hangs', code: 'source_stalled', begin };
  }

  async frozenTip(): Promise<Way> {
    const { simnet: _, ...world } = await this.#onRpc({});
    return { ...world, name: 'tip is frozen', code: 'source_stalled', begin: async () => undefined };
  }

  async resetNetwork(): Promise<Way> {
    const { simnet, ...world } = await this.#onRpc({});
    const begin = async (): Promise<void> => {
      const port = Number(new URL(simnet.urls.rpc).port);
      await simnet[Symbol.asyncDispose]();
      const another = await startSimnet({
        seed: 'reset',
        startLedger: 3,
        history: 5,
        port,
        closeEveryMs: 1000,
      });
      onTestFinished(() => another[Symbol.asyncDispose]());
    };
    return { ...world, name: 'network was reset', code: 'source_behind', begin };
  }

  async forbiddenLake(): Promise<Way> {
    const lake = await SimLake.create({ ledgers: 20 });
    await lake.publish(20);
    let forbidden = false;
    const server = createServer((request, response) => {
      const answer = async (): Promise<void> => {
        if (forbidden) {
          response.writeHead(403).end('AccessDenied');
          return;
        }
        const file = await readFile(join(lake.folder, request.url ?? '')).catch(() => undefined);
        response.writeHead(file === undefined ? 404 : 200).end(file);
      };
      void answer();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(async () => {
      server.closeAllConnections();
      server.close();
      await lake[Symbol.asyncDispose]();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const world = await this.#open('lake', { LEDGER_LAKE_URL: url, START_LEDGER: String(lake.first) });
    await stored(world.db, lake.last);
    const begin = async (): Promise<void> => {
      forbidden = true;
    };
    return { ...world, name: 'lake answers 403', code: 'lake_forbidden', begin };
  }

  async futureLease(): Promise<Way> {
    const { simnet: _, ...world } = await this.#onRpc({ closeEveryMs: 1000 });
    const begin = async (): Promise<void> => {
      await world.db.run(
        ({ sql }) =>
          sql`update leases set holder = 'host:1:gone', until = now() + interval '1 h' where name = 'ledger-ingest'`,
      );
    };
    return { ...world, name: 'lease of the future', code: 'lease_unavailable', begin };
  }

  async deadWorker(): Promise<Way> {
    const { simnet: _, ...world } = await this.#onRpc({ closeEveryMs: 1000 });
    const begin = async (): Promise<void> => void (await world.worker.stop('SIGKILL'));
    return { ...world, name: 'worker is dead', code: 'queue_stalled', begin, dead: true };
  }

  async missingRedis(stop: () => Promise<void>): Promise<Way> {
    const world = await this.#open('redis', { WORKER_ROLES: 'metrics-sync', METRICS_SYNC_INTERVAL: '1' });
    await eventually(async () => (await readTaskStatus(world.db))[0]?.lastProgressAt ?? null);
    return { ...world, name: 'Redis is away', code: 'queue_stalled', begin: stop };
  }

  async #onRpc(options: { readonly closeEveryMs?: number }) {
    const simnet: Simnet = await startSimnet({ closeIntervalMs: 1000, history: 20, ...options });
    onTestFinished(() => simnet[Symbol.asyncDispose]());
    const first = simnet.history.oldest.sequence;
    const env = { STELLAR_RPC_URL: simnet.urls.rpc, START_LEDGER: String(first) };
    const world = await this.#open('rpc', env);
    await stored(world.db, first + 19);
    return { ...world, simnet };
  }

  async #open(name: string, source: Env) {
    const url = await this.#postgres.createDatabase();
    await migrate(url);
    const db = connectDatabase(url, { applicationName: `test ${name}`, max: 1 });
    onTestFinished(() => db[Symbol.asyncDispose]());
    const env = { DATABASE_URL: url, REDIS_URL: this.#redisUrl, WORKER_ROLES: 'ledger-ingest', ...source };
    return { db, env, worker: await startWorker(env) };
  }
}

async function stored(db: Database, ledger: number): Promise<void> {
  await eventually(async () => expect((await readCursor(db))?.sequence).toBeGreaterThanOrEqual(ledger));
}
