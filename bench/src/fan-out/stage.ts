import { resolve } from 'node:path';
import { startPostgres, startRedis } from '@stellar-insights/devstack';
import { TestProgram } from '@stellar-insights/devstack/testing';
import { connectDatabase, migrate, transaction, type Database } from '@stellar-insights/db';
import { appendEvents } from '@stellar-insights/db/log';
import { startApi } from '../api-program.ts';
import { cpuTimeMs } from '../process-time.ts';
import { accountChannelOf, benchEvent, type BenchEvent } from './events.ts';

/** `bare`: no API, but `ws` alone. */
export type Setting = 'bare' | 'one' | 'each' | 'compressed';

export interface Delivery {
  readonly perSecond: number;
  /** CPU time of the server, kernel included. */
  readonly cpuMicroseconds: number;
  /** Of the connection, per delivery. */
  readonly bytes: number;
}

interface Round {
  readonly frames: number;
  readonly bytes: number;
  readonly ms: number;
}

/** How often each client gets an event. */
const EVENTS = 200;
/** Events of one transaction; a ledger has about as many. */
const EVENTS_PER_APPEND = 200;
const program = (name: string): string => resolve(import.meta.dirname, `../programs/${name}.ts`);

/** A Postgres with an event log, and servers and clients for each setting. */
export class FanOutStage implements AsyncDisposable {
  readonly #clients: number;
  readonly #db: Database;
  readonly #env: Readonly<Record<string, string>>;
  readonly #resources: AsyncDisposableStack;

  private constructor(
    clients: number,
    db: Database,
    env: Record<string, string>,
    resources: AsyncDisposableStack,
  ) {
    this.#clients = clients;
    this.#db = db;
    this.#env = env;
    this.#resources = resources;
  }

  static async start(clients: number): Promise<FanOutStage> {
    await using resources = new AsyncDisposableStack();
    const postgres = resources.use(await startPostgres());
    const redis = resources.use(await startRedis());
    const url = await postgres.createDatabase();
    await migrate(url);
    const db = resources.use(connectDatabase(url, { applicationName: 'bench' }));
    const env = {
      DATABASE_URL: url,
      REDIS_URL: redis.url,
      LOG_LEVEL: 'info',
      REALTIME_MAX_CONNECTIONS: String(clients),
      REALTIME_MAX_PER_ADDRESS: String(clients),
      REALTIME_HEARTBEAT_INTERVAL: '30',
    };
    return new FanOutStage(clients, db, env, resources.move());
  }

  async deliver(setting: Setting): Promise<Delivery> {
    await using server = await this.#serve(setting);
    const port = new URL(await server.url()).port;
    await using subscribers = await TestProgram.start({
      name: 'subscribers',
      args: [program('subscribers')],
      env: {
        BENCH_PORT: port,
        BENCH_CLIENTS: String(this.#clients),
        BENCH_FRAMES: String(this.#clients * EVENTS),
        BENCH_CHANNELS: { bare: 'none', one: 'one', compressed: 'one', each: 'each' }[setting],
        BENCH_COMPRESSION: String(setting === 'compressed'),
      },
    });
    await subscribers.printed('subscribed');
    // The first round warms up both.
    await this.#round(1, setting, server, subscribers);
    const before = cpuTimeMs(server.pid);
    const { frames, bytes, ms } = await this.#round(2, setting, server, subscribers);
    const cpuMs = cpuTimeMs(server.pid) - before;
    return {
      perSecond: (frames / ms) * 1000,
      cpuMicroseconds: (cpuMs * 1000) / frames,
      bytes: bytes / frames,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources[Symbol.asyncDispose]();
  }

  async #serve(setting: Setting): Promise<TestProgram> {
    if (setting === 'bare') {
      return await TestProgram.start({ args: [program('bare-web-sockets')], port: /^listening (\d+)$/m });
    }
    return await startApi({ ...this.#env, REALTIME_COMPRESSION: String(setting === 'compressed') });
  }

  async #round(
    number: number,
    setting: Setting,
    server: TestProgram,
    subscribers: TestProgram,
  ): Promise<Round> {
    if (setting === 'bare') await server.get(`/${EVENTS}`, { method: 'POST' });
    else await this.#append(setting);
    const isOver = (): boolean => subscribers.lines<Round>().length >= number;
    await subscribers.logged<Round>(isOver);
    const round = subscribers.lines<Round>()[number - 1];
    if (round === undefined) throw new RangeError(`found no round ${number}`);
    return round;
  }

  async #append(setting: Setting): Promise<void> {
    const events: BenchEvent[] = [];
    for (let index = 0; index < EVENTS; index += 1) {
      if (setting !== 'each') events.push(benchEvent(index, ['payments']));
      else
        for (let client = 0; client < this.#clients; client += 1)
          events.push(benchEvent(index, [accountChannelOf(client)]));
    }
    for (let start = 0; start < events.length; start += EVENTS_PER_APPEND) {
      const part = events.slice(start, start + EVENTS_PER_APPEND);
      await transaction(this.#db, (tx) => appendEvents(tx, part));
    }
  }
}
