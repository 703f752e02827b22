import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { generateHistory, SMALL_HISTORY, type GeneratedHistory } from '@stellar-insights/db/testing';
import { startPostgres, startRedis, type PostgresServer } from '@stellar-insights/devstack';
import { TestProgram } from '@stellar-insights/devstack/testing';
import { startApi } from '../api-program.ts';
import type { ReadyAnswer } from './ready-answer.ts';

const SAME_BYTES = resolve(import.meta.dirname, '../programs/same-bytes.ts');
/** Of the API and of its peer. */
const UNLIMITED = { API_RATE_LIMIT_PER_ADDRESS: '0', API_RATE_LIMIT_PER_KEY: '0', LOG_LEVEL: 'info' };

/** The built API on a generated history. */
export class ApiStage implements AsyncDisposable {
  readonly api: TestProgram;
  readonly history: GeneratedHistory;
  readonly db: Database;
  readonly postgres: PostgresServer;
  readonly databaseUrl: string;
  readonly #resources: AsyncDisposableStack;
  /** Of an API on this database. */
  readonly env: Readonly<Record<string, string>>;

  private constructor(
    parts: Pick<ApiStage, 'api' | 'history' | 'db' | 'postgres' | 'databaseUrl'>,
    env: Readonly<Record<string, string>>,
    resources: AsyncDisposableStack,
  ) {
    this.api = parts.api;
    this.history = parts.history;
    this.db = parts.db;
    this.postgres = parts.postgres;
    this.databaseUrl = parts.databaseUrl;
    this.env = env;
    this.#resources = resources;
  }

  static async start(): Promise<ApiStage> {
    await using resources = new AsyncDisposableStack();
    const postgres = resources.use(await startPostgres());
    const redis = resources.use(await startRedis());
    const databaseUrl = await postgres.createDatabase();
    await migrate(databaseUrl);
    const db = resources.use(connectDatabase(databaseUrl, { applicationName: 'bench' }));
    const history = await generateHistory(db, SMALL_HISTORY);
    const env = { DATABASE_URL: databaseUrl, REDIS_URL: redis.url };
    const api = resources.use(
      await startApi({
        ...env,
        LOG_LEVEL: 'info',
      }),
    );
    return new ApiStage({ api, history, db, postgres, databaseUrl }, env, resources.move());
  }

  /** The peer: the API's middleware before routes that have these answers. */
  async startSameBytes(answers: readonly ReadyAnswer[]): Promise<TestProgram> {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    this.#resources.defer(() => rm(folder, { recursive: true }));
    const file = join(folder, 'answers.json');
    writeFileSync(file, JSON.stringify(answers));
    return this.#resources.use(
      await TestProgram.start({
        args: [SAME_BYTES],
        env: {
          ...this.env,
          ...UNLIMITED,
          BENCH_ANSWERS: file,
        },
        port: /^listening (\d+)$/m,
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources[Symbol.asyncDispose]();
  }
}
