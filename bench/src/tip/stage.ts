import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { readCursor } from '@stellar-insights/db/ledgers';
import { startPostgres, startRedis } from '@stellar-insights/devstack';
import { eventually, TestProgram } from '@stellar-insights/devstack/testing';
import { startApi } from '../api-program.ts';
import { cpuTimes } from '../cpu-times.ts';
import { cpuTimeMs, peakMemoryMb } from '../process-time.ts';
import type { ArrivedLedger } from '../programs/tip-client.ts';
import { FIRST_LEDGER, type ReleasedLake } from './released-lake.ts';

/** The worker as it runs in production. */
const WORKER = resolve(import.meta.dirname, '../../../apps/worker/dist/main.js');
const CLIENT = resolve(import.meta.dirname, '../programs/tip-client.ts');

/** As on a server that was set up for it. */
const SETTINGS = { shared_buffers: '512MB', max_wal_size: '8GB', checkpoint_timeout: '30min' };

/** CPU time, in milliseconds. */
export interface TipCpu {
  readonly worker: number;
  readonly api: number;
  readonly postgres: number;
  readonly client: number;
}

export interface FollowedTip {
  /** Milliseconds from the release of a ledger to each payment of it, at the client. */
  readonly payments: number[];
  /** The same to `ledger.closed`. */
  readonly closed: number[];
  /** Milliseconds from the last release until the client had everything. */
  readonly restMs: number;
  /** Ledgers that were not stored when the last one was released. */
  readonly behind: number;
  readonly cpu: TipCpu;
  /** The most that each process has had, in MB. */
  readonly memory: { readonly worker: number; readonly api: number };
  readonly transactions: number;
}

/** Postgres, Redis, one worker, one api and one client of its WebSocket. */
export class TipStage implements AsyncDisposable {
  readonly #lake: ReleasedLake;
  readonly #db: Database;
  readonly #programs: {
    readonly worker: TestProgram;
    readonly api: TestProgram;
    readonly client: TestProgram;
  };
  readonly #resources: AsyncDisposableStack;

  private constructor(
    lake: ReleasedLake,
    db: Database,
    programs: { worker: TestProgram; api: TestProgram; client: TestProgram },
    resources: AsyncDisposableStack,
  ) {
    this.#lake = lake;
    this.#db = db;
    this.#programs = programs;
    this.#resources = resources;
  }

  static async start(lake: ReleasedLake): Promise<TipStage> {
    await using resources = new AsyncDisposableStack();
    const postgres = resources.use(await startPostgres({ durable: true, settings: SETTINGS }));
    const redis = resources.use(await startRedis());
    const url = await postgres.createDatabase();
    await migrate(url);
    const db = resources.use(connectDatabase(url, { applicationName: 'bench' }));
    const env = { DATABASE_URL: url, REDIS_URL: redis.url, LOG_LEVEL: 'warn' };
    const network = { STELLAR_NETWORK: 'custom', STELLAR_NETWORK_PASSPHRASE: lake.passphrase };
    const api = resources.use(await startApi({ ...env, ...network, LOG_LEVEL: 'info' }));
    const worker = resources.use(
      await TestProgram.start({
        name: 'worker',
        command: process.execPath,
        args: [WORKER],
        env: {
          ...env,
          ...network,
          LEDGER_LAKE_URL: lake.folder,
          START_LEDGER: String(FIRST_LEDGER),
          WORKER_ROLES: 'ledger-ingest,metrics-sync',
          WORKER_HEALTH_PORT: '0',
        },
      }),
    );
    const port = new URL(await api.url()).port;
    const client = resources.use(
      await TestProgram.start({ name: 'client', args: [CLIENT], env: { BENCH_PORT: port } }),
    );
    await client.printed('subscribed');
    return new TipStage(lake, db, { worker, api, client }, resources.move());
  }

  /** Releases so many ledgers and waits until the client has them, to warm up. */
  async warmUp(ledgers: number): Promise<void> {
    for (let left = ledgers; left > 0; left--) await this.#lake.release();
    await this.#received(ledgers);
  }

  async follow(ledgers: number, everyMs: number): Promise<FollowedTip> {
    const before = this.#arrived().length;
    const cpuBefore = await this.#cpu();
    const released = new Map<number, number>();
    const start = performance.now();
    for (let turn = 0; turn < ledgers; turn++) {
      await sleep(Math.max(0, start + turn * everyMs - performance.now()));
      const { ledger, at } = await this.#lake.release();
      released.set(ledger, at);
    }
    const last = Math.max(...released.keys());
    const cursor = await readCursor(this.#db);
    await this.#received(before + ledgers);
    const cpu = subtract(await this.#cpu(), cpuBefore);
    const arrived = this.#arrived().slice(before);
    const payments = arrived.flatMap(({ ledger, payments: times }) => {
      const at = released.get(ledger) ?? Number.NaN;
      return Object.entries(times).flatMap(([time, count]) => Array<number>(count).fill(Number(time) - at));
    });
    const closed = arrived.map((each) => each.closed - (released.get(each.ledger) ?? Number.NaN));
    const ends = Object.keys(arrived.at(-1)?.payments ?? {}).map(Number);
    return {
      payments,
      closed,
      restMs: Math.max(...ends) - (released.get(last) ?? Number.NaN),
      behind: last - 1 - (cursor?.sequence ?? 0),
      cpu,
      memory: {
        worker: peakMemoryMb(this.#programs.worker.pid),
        api: peakMemoryMb(this.#programs.api.pid),
      },
      transactions: await this.#transactions(last - ledgers + 1, last),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources[Symbol.asyncDispose]();
  }

  #arrived(): ArrivedLedger[] {
    return this.#programs.client.lines<ArrivedLedger>();
  }

  async #received(ledgers: number): Promise<void> {
    await eventually(() => this.#arrived().length >= ledgers, { limitMs: 600_000, everyMs: 250 });
  }

  async #cpu(): Promise<TipCpu> {
    const { worker, api, client } = this.#programs;
    const { postgresMs } = await cpuTimes(this.#db);
    return {
      worker: cpuTimeMs(worker.pid),
      api: cpuTimeMs(api.pid),
      client: cpuTimeMs(client.pid),
      postgres: postgresMs,
    };
  }

  async #transactions(from: number, to: number): Promise<number> {
    const [row] = await this.#db.run(
      ({ sql }) => sql<{ count: number }[]>`
        select count(*)::float8 as count from transactions where ledger between ${from} and ${to}`,
    );
    return row?.count ?? Number.NaN;
  }
}

function subtract(after: TipCpu, before: TipCpu): TipCpu {
  return {
    worker: after.worker - before.worker,
    api: after.api - before.api,
    postgres: after.postgres - before.postgres,
    client: after.client - before.client,
  };
}
