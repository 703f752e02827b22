import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres, startRedis } from '@stellar-insights/devstack';
import { TestProgram } from '@stellar-insights/devstack/testing';
import { connectDatabase, migrate, transaction, type Database } from '@stellar-insights/db';
import { appendEvents } from '@stellar-insights/db/log';
import { createWebhook, SecretBox } from '@stellar-insights/db/webhooks';
import { filterKeys } from '@stellar-insights/contract/webhooks';
import { generateHmacSecret } from '@stellar-insights/contract/webhook-signature';
import { benchEvent, type BenchEvent } from '../fan-out/events.ts';
import { cpuTimeMs } from '../process-time.ts';

/** Who sends: undici alone, the guarded client alone, or the worker with its log, database and queue. */
export const SENDERS = ['bare', 'guarded', 'worker'] as const;
export type Sender = (typeof SENDERS)[number];

export interface Sent {
  readonly perSecond: number;
  /** CPU time of the sender, kernel included. */
  readonly cpuMicroseconds: number;
}

export interface StageOptions {
  /** How long the receiver takes to answer. */
  readonly answerMs: number;
  readonly endpoints: number;
  /** Requests to one endpoint at a time. */
  readonly concurrency: number;
}

interface Round {
  readonly ms: number;
  readonly arrivals?: Readonly<Record<string, number>>;
}

/** Of one transaction; a ledger has about as many. */
const EVENTS_PER_APPEND = 200;
const SECRET_KEY = Buffer.alloc(32, 1);
const program = (name: string): string => resolve(import.meta.dirname, `../programs/${name}.ts`);
/** The worker as it runs in production. */
const WORKER = resolve(import.meta.dirname, '../../../apps/worker/dist/main.js');

/** A receiver, and each of the senders, which send in turn. */
export class WebhookStage implements AsyncDisposable {
  readonly #options: StageOptions;
  readonly #db: Database;
  readonly #receiver: TestProgram;
  readonly #senders: Readonly<Record<Sender, TestProgram>>;
  readonly #resources: AsyncDisposableStack;
  #rounds = 0;
  #events = 0;

  private constructor(
    options: StageOptions,
    db: Database,
    receiver: TestProgram,
    senders: Record<Sender, TestProgram>,
    resources: AsyncDisposableStack,
  ) {
    this.#options = options;
    this.#db = db;
    this.#receiver = receiver;
    this.#senders = senders;
    this.#resources = resources;
  }

  static async start(options: StageOptions): Promise<WebhookStage> {
    await using resources = new AsyncDisposableStack();
    const start = async (name: string, env: Record<string, string>): Promise<TestProgram> =>
      resources.use(await TestProgram.start({ args: [program(name)], env, port: /^listening (\d+)$/m }));
    const postgres = resources.use(await startPostgres());
    const redis = resources.use(await startRedis());
    const url = await postgres.createDatabase();
    await migrate(url);
    const db = resources.use(connectDatabase(url, { applicationName: 'bench' }));
    const receiver = await start('webhook-receiver', { BENCH_ANSWER_MS: String(options.answerMs) });
    const to = new URL('/hook', await receiver.url()).href;
    const sender = async (name: Sender): Promise<TestProgram> =>
      start('webhook-sender', {
        BENCH_SENDER: name,
        BENCH_URL: to,
        BENCH_AT_ONCE: String(options.endpoints * options.concurrency),
      });
    const [bare, guarded] = [await sender('bare'), await sender('guarded')];
    for (let each = 0; each < options.endpoints; each += 1) await addWebhook(db, to, options.concurrency);
    const worker = resources.use(
      await TestProgram.start({
        name: 'worker',
        command: process.execPath,
        args: [WORKER],
        env: {
          DATABASE_URL: url,
          REDIS_URL: redis.url,
          WORKER_ROLES: 'webhook-dispatch',
          WORKER_HEALTH_PORT: '0',
          WEBHOOK_SECRET_KEY: SECRET_KEY.toString('base64'),
          OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
        },
        port: /"port":(\d+)/,
      }),
    );
    await worker.ready();
    return new WebhookStage(options, db, receiver, { bare, guarded, worker }, resources.move());
  }

  /** So many deliveries by one sender; the receiver's clock says how long they took. */
  async send(by: Sender, deliveries: number): Promise<Sent> {
    const sender = this.#senders[by];
    const before = cpuTimeMs(sender.pid);
    const { ms } = await this.#round(`/${deliveries}`, async () => {
      if (by === 'worker') await this.#append(deliveries / this.#options.endpoints);
      else await sender.get(`/${deliveries}`, { method: 'POST' });
    });
    const cpuMs = cpuTimeMs(sender.pid) - before;
    return { perSecond: (deliveries / ms) * 1000, cpuMicroseconds: (cpuMs * 1000) / deliveries };
  }

  /** Milliseconds from just before a commit until its event is on the wire, of so many events one by one. */
  async commitToWire(events: number): Promise<number[]> {
    const committedAt = new Map<string, number>();
    const { arrivals = {} } = await this.#round(`/${events * this.#options.endpoints}/arrivals`, async () => {
      for (let each = 0; each < events; each += 1) {
        const event = this.#nextEvent();
        committedAt.set((event.data as { op_id: string }).op_id, Date.now());
        await transaction(this.#db, (tx) => appendEvents(tx, [event]));
        // Not in step with anything that works in intervals.
        await sleep(50 + Math.random() * 100);
      }
    });
    return [...committedAt].map(([id, at]) => (arrivals[id] ?? Number.NaN) - at);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources[Symbol.asyncDispose]();
  }

  async #round(path: string, work: () => Promise<void>): Promise<Round> {
    await this.#receiver.get(path, { method: 'PUT' });
    await work();
    const number = this.#rounds++;
    const isOver = (): boolean => this.#receiver.lines<Round>().length > number;
    await this.#receiver.logged<Round>(isOver);
    const round = this.#receiver.lines<Round>()[number];
    if (round === undefined) throw new RangeError(`found no round ${number}`);
    return round;
  }

  async #append(count: number): Promise<void> {
    for (let left = count; left > 0; left -= EVENTS_PER_APPEND) {
      const events = Array.from({ length: Math.min(left, EVENTS_PER_APPEND) }, () => this.#nextEvent());
      await transaction(this.#db, (tx) => appendEvents(tx, events));
    }
  }

  #nextEvent(): BenchEvent {
    return benchEvent(this.#events++, ['payments']);
  }
}

async function addWebhook(db: Database, url: string, concurrency: number): Promise<void> {
  const filters = { events: ['payment.created'] as ['payment.created'] };
  const id = randomUUID();
  const secretId = randomUUID();
  const sealed = new SecretBox({ current: SECRET_KEY }).seal(Buffer.from(generateHmacSecret()), secretId);
  await createWebhook(db, {
    webhook: {
      id,
      owner: 'bench',
      url,
      description: null,
      ordering: 'none',
      signature: 'hmac',
      filters,
      filterKeys: filterKeys(filters),
      concurrency,
      ratePerSecond: null,
    },
    secret: { id: secretId, sealed },
    limit: 1_000_000,
  });
}
