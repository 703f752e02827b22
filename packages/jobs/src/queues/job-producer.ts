import {
  systemClock,
  within,
  type Clock,
  type CloseContext,
  type Resource,
} from '@stellar-insights/lifecycle';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import { producerRedis } from '@stellar-insights/runtime/redis';
import { Queue, type DefaultJobOptions } from 'bullmq';
import { RedisUnavailableError } from '../redis/errors.ts';
import { redisFault, type RedisFault } from '../redis/redis-fault.ts';
import { bullmqOptions, type QueueSettings } from './queue-settings.ts';

/** A later answer counts as none: the jobs may or may not have been added. */
const ANSWER_TIMEOUT_MS = 2000;
const CLOSE_TIMEOUT_MS = 1000;

/**
 * Adds jobs to a queue. It never waits for Redis for longer than 2 s: who adds the jobs knows from Postgres what is due and
 * tries again. A resource for the lifecycle's phase `cache`.
 */
export class JobProducer implements Resource {
  readonly name: string;
  readonly #queue: Queue;
  readonly #clock: Clock;
  readonly #trouble: ErrorReminder;
  #fault: RedisFault | undefined;

  constructor(
    { name, job }: { readonly name: string; readonly job: DefaultJobOptions },
    settings: QueueSettings,
  ) {
    const { redisUrl, log, clock = systemClock } = settings;
    this.name = `${name} producer`;
    this.#clock = clock;
    this.#trouble = new ErrorReminder(log, { queue: name }, clock);
    this.#queue = new Queue(name, {
      ...bullmqOptions(settings),
      connection: producerRedis(redisUrl),
      skipWaitingForReady: true,
      defaultJobOptions: job,
    });
    this.#queue.on('error', (error) => this.#failed(error));
    this.#queue.getBackend().on('ready', () => this.#answered());
  }

  /** Why no job can be added; undefined if Redis is there and has not refused the last ones. */
  get fault(): RedisFault | undefined {
    return this.#fault;
  }

  /** @throws RedisUnavailableError if Redis is away or refuses jobs; some of the jobs may have been added */
  async add(jobs: readonly object[]): Promise<void> {
    const { name } = this.#queue;
    const adding = this.#queue.addBulk(jobs.map((data) => ({ name, data })));
    try {
      if (!(await within(ANSWER_TIMEOUT_MS, adding, this.#clock))) {
        throw new Error(`no answer for ${ANSWER_TIMEOUT_MS / 1000} s`);
      }
    } catch (error) {
      this.#failed(error);
      throw new RedisUnavailableError(name, error);
    }
    this.#answered();
  }

  /** BullMQ would wait without end for a Redis that does not answer. */
  async close(context: CloseContext): Promise<void> {
    const closing = this.#queue.close().catch(() => undefined);
    await within(Math.min(CLOSE_TIMEOUT_MS, context.remaining()), closing, this.#clock);
    this.force();
  }

  force(): void {
    this.#queue.disconnect().catch(() => undefined);
  }

  #answered(): void {
    this.#fault = undefined;
    this.#trouble.over();
  }

  #failed(error: unknown): void {
    this.#fault = redisFault(error);
    this.#trouble.occurred(error);
  }
}
