import {
  systemClock,
  within,
  type Clock,
  type CloseContext,
  type Resource,
} from '@stellar-insights/lifecycle';
import { producerRedis } from '@stellar-insights/runtime/redis';
import { Queue, type DefaultJobOptions } from 'bullmq';
import type { RedisFault } from '../redis/redis-fault.ts';
import { bullmqOptions, type QueueSettings } from './queue-settings.ts';
import { RedisAnswers } from './redis-answers.ts';

const CLOSE_TIMEOUT_MS = 1000;

/**
 * Adds jobs to a queue. It never waits for Redis for longer than 2 s: who adds the jobs knows from Postgres what is due and
 * tries again. A resource for the lifecycle's phase `cache`.
 */
export class JobProducer implements Resource {
  readonly name: string;
  readonly #queue: Queue;
  readonly #clock: Clock;
  readonly #answers: RedisAnswers;

  constructor(
    { name, job }: { readonly name: string; readonly job: DefaultJobOptions },
    settings: QueueSettings,
  ) {
    const { redisUrl, clock = systemClock } = settings;
    this.name = `${name} producer`;
    this.#clock = clock;
    this.#answers = new RedisAnswers(name, settings);
    this.#queue = new Queue(name, {
      ...bullmqOptions(settings),
      connection: producerRedis(redisUrl),
      skipWaitingForReady: true,
      defaultJobOptions: job,
    });
    this.#queue.on('error', (error) => this.#answers.failed(error));
    this.#queue.getBackend().on('ready', () => this.#answers.succeeded());
  }

  /** Why no job can be added; undefined if Redis is there and has not refused the last ones. */
  get fault(): RedisFault | undefined {
    return this.#answers.fault;
  }

  /** @throws RedisUnavailableError if Redis is away or refuses jobs; some of the jobs may have been added */
  async add(jobs: readonly object[]): Promise<void> {
    const { name } = this.#queue;
    await this.#answers.of(this.#queue.addBulk(jobs.map((data) => ({ name, data }))));
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
}
