import { resolve } from 'node:path';
import {
  freePort,
  startPostgres,
  startRedis,
  type PostgresServer,
  type RedisServer,
} from '@stellar-insights/devstack';
import { TestProgram } from '@stellar-insights/devstack/testing';
import { AppProcess } from './app-process.ts';

const repository = resolve(import.meta.dirname, '../..');
/** Ledgers that the network closes before the first worker starts, so that the worker has something to do. */
const HISTORY = 600;
const OLDEST_LEDGER = 800;
const FIRST_LEDGER = 1000;

/** Receivers are on this machine. */
const WEBHOOKS = {
  WEBHOOK_SECRET_KEY: Buffer.alloc(32, 'k').toString('base64'),
  OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
};

type Env = Readonly<Record<string, string>>;

/** What the simulated network prints when it is ready. */
type NetworkUrls = Readonly<Record<'rpc' | 'horizon' | 'anchors' | 'control', string>>;

export interface Scenario {
  readonly title: string;
  /** Throws, with what was found and what was expected, if a promise is not kept. */
  readonly play: (stage: Stage) => Promise<void>;
}

/** Postgres, Redis and a simulated network that all scenarios share, and the production build to start on them. */
export class Stage implements AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly databaseUrl: string;
  readonly firstLedger = FIRST_LEDGER;
  /** Those of the network before the first one that workers follow. */
  readonly olderLedgers = { from: OLDEST_LEDGER, to: FIRST_LEDGER - 1 };
  readonly #network: TestProgram;
  readonly #urls: NetworkUrls;
  readonly #started = new Set<AppProcess>();
  #number = 0;

  private constructor(
    servers: { postgres: PostgresServer; redis: RedisServer; network: TestProgram },
    urls: { databaseUrl: string; network: NetworkUrls },
  ) {
    this.postgres = servers.postgres;
    this.redis = servers.redis;
    this.#network = servers.network;
    this.databaseUrl = urls.databaseUrl;
    this.#urls = urls.network;
  }

  static async set(): Promise<Stage> {
    const [postgres, redis, network] = await Promise.all([
      startPostgres(),
      startRedis(),
      TestProgram.start({
        name: 'network',
        supervised: true,
        command: process.execPath,
        args: [
          resolve(repository, 'packages/simnet/dist/main.js'),
          'serve',
          '--close-interval',
          '0.5',
          '--history',
          String(HISTORY),
          '--start-ledger',
          String(OLDEST_LEDGER),
        ],
      }),
    ]);
    const databaseUrl = await postgres.createDatabase('insights');
    const urls = await network.logged<NetworkUrls>((line) => 'rpc' in line);
    const stage = new Stage({ postgres, redis, network }, { databaseUrl, network: urls });
    await stage.insights('migrate');
    return stage;
  }

  /** Plays one scenario; afterwards ends what it started and repairs what it disturbed. */
  async play(play: Scenario['play']): Promise<void> {
    try {
      await play(this);
    } finally {
      await Promise.all([...this.#started].map((app) => app[Symbol.asyncDispose]()));
      this.#started.clear();
      await Promise.all([this.postgres.thaw(), this.redis.thaw(), this.misbehave({})]);
      await Promise.all([this.postgres.start(), this.redis.start()]);
    }
  }

  /** An api that is ready. `preload` is a module that runs before it. */
  async api(env: Env = {}, preload?: string): Promise<AppProcess> {
    const port = await freePort();
    return await this.#start(
      { name: 'api', port, preload },
      { API_PORT: String(port), API_ADMIN_PORT: '0', ...env },
    );
  }

  /** A worker that is ready. */
  async worker(env: Env = {}, preload?: string): Promise<AppProcess> {
    const port = await freePort();
    return await this.#start(
      { name: 'worker', port, preload },
      {
        WORKER_HEALTH_PORT: String(port),
        STELLAR_RPC_URL: this.#urls.rpc,
        STELLAR_HORIZON_URL: this.#urls.horizon,
        HORIZON_REQUESTS_PER_HOUR: '1000000',
        ANCHOR_TOML_BASE_URL: this.#urls.anchors,
        START_LEDGER: String(FIRST_LEDGER),
        METRICS_SYNC_INTERVAL: '1',
        ...env,
      },
    );
  }

  /** From now on the network's servers have these faults, and no others. */
  async misbehave(faults: Readonly<Record<string, object>>): Promise<void> {
    const body = JSON.stringify({ rpc: null, horizon: null, anchors: {}, ...faults });
    const { status } = await fetch(`${this.#urls.control}/faults`, { method: 'PUT', body });
    if (status !== 200) throw new Error(`found ${status} from the network's control, expected 200`);
  }

  /** From 1, another one each time. */
  number(): number {
    return ++this.#number;
  }

  /** The last ledger stored; 0 before the first. */
  async cursor(): Promise<number> {
    const { cursor } = JSON.parse(await this.insights('status', '--json')) as {
      cursor: { sequence: number } | null;
    };
    return cursor?.sequence ?? 0;
  }

  /** Runs a command of the worker's CLI; resolves to what it printed. Throws unless it ends with 0. */
  async insights(...args: readonly string[]): Promise<string> {
    const { code, output } = await TestProgram.run({
      name: 'insights',
      supervised: true,
      command: process.execPath,
      args: [resolve(repository, 'apps/worker/dist/cli.js'), ...args],
      env: { ...this.#env, STELLAR_RPC_URL: this.#urls.rpc },
    });
    if (code !== 0) throw new Error(`insights ${args.join(' ')}: found exit ${code}, expected 0\n${output}`);
    return output;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#network, this.redis, this.postgres].map((one) => one[Symbol.asyncDispose]()));
  }

  get #env(): Record<string, string> {
    return { DATABASE_URL: this.databaseUrl, REDIS_URL: this.redis.url, ...WEBHOOKS };
  }

  async #start(
    { name, port, preload }: { name: 'api' | 'worker'; port: number; preload?: string | undefined },
    env: Env,
  ): Promise<AppProcess> {
    const app = await AppProcess.start({
      name,
      port,
      command: process.execPath,
      args: [
        ...(preload === undefined ? [] : ['--import', resolve(import.meta.dirname, preload)]),
        resolve(repository, `apps/${name}/dist/main.js`),
      ],
      env: { ...this.#env, ...env },
    });
    this.#started.add(app);
    await app.ready();
    return app;
  }
}
