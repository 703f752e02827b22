import {
  systemClock,
  within,
  type Clock,
  type CloseContext,
  type Logger,
  type Resource,
} from '@stellar-insights/lifecycle';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import { producerRedis } from '@stellar-insights/runtime/redis';
import { Queue, type DefaultJobOptions } from 'bullmq';

const UPSERT_EVERY_MS = 3000;
/** Redis may be frozen: a later answer counts as none. */
const ANSWER_TIMEOUT_MS = 1000;

export interface JobScheduleOptions {
  readonly queue: string;
  readonly everyMs: number;
  readonly job: DefaultJobOptions;
}

export interface JobSchedulesOptions {
  readonly redisUrl: string;
  readonly log: Logger;
  readonly clock?: Clock;
}

/**
 * Keeps one Job Scheduler per queue. It is written when Redis is there, when Redis is there again, and every 3 s, as Redis may
 * have been emptied. Writing a scheduler that exists changes nothing. A resource for the lifecycle's phase `cache`.
 */
export class JobSchedules implements Resource {
  readonly name = 'schedules';
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #schedules: readonly JobSchedule[];
  #cancelNextUpsert = (): void => undefined;

  constructor(
    schedules: readonly JobScheduleOptions[],
    { redisUrl, log, clock = systemClock }: JobSchedulesOptions,
  ) {
    this.#log = log;
    this.#clock = clock;
    this.#schedules = schedules.map((schedule) => new JobSchedule(schedule, { redisUrl, log, clock }));
    this.#upsertAll();
    void this.#warnOfEviction();
  }

  /** Whether Redis answered the last command of every schedule. */
  get redisAnswers(): boolean {
    return this.#schedules.every(({ redisAnswers }) => redisAnswers);
  }

  announce(): void {
    this.#cancelNextUpsert();
  }

  async close(context: CloseContext): Promise<void> {
    this.#cancelNextUpsert();
    const timeoutMs = Math.min(ANSWER_TIMEOUT_MS, context.remaining());
    await Promise.all(this.#schedules.map((schedule) => schedule.close(timeoutMs)));
  }

  force(): void {
    for (const schedule of this.#schedules) schedule.disconnect();
  }

  #upsertAll(): void {
    for (const schedule of this.#schedules) void schedule.upsert();
    this.#cancelNextUpsert = this.#clock.after(UPSERT_EVERY_MS, () => this.#upsertAll());
  }

  async #warnOfEviction(): Promise<void> {
    const policy = await this.#schedules[0]?.evictionPolicy().catch(() => undefined);
    if (policy === undefined || policy === 'noeviction') return;
    this.#log.warn(
      { policy },
      `found maxmemory-policy ${policy} in Redis, expected noeviction, as jobs may vanish; set it in Redis' configuration`,
    );
  }
}

/** idle ── upsert ──► writing ── answered ──► idle. An upsert that waits for Redis stands in for those after it. */
class JobSchedule {
  readonly #options: JobScheduleOptions;
  readonly #clock: Clock;
  readonly #queue: Queue;
  readonly #trouble: ErrorReminder;
  #answered = false;
  #writingSince: number | undefined;

  constructor(options: JobScheduleOptions, { redisUrl, log, clock }: Required<JobSchedulesOptions>) {
    this.#options = options;
    this.#clock = clock;
    this.#trouble = new ErrorReminder(log, { queue: options.queue });
    this.#queue = new Queue(options.queue, { connection: producerRedis(redisUrl) });
    this.#queue.on('error', (error) => {
      this.#answered = false;
      this.#trouble.occurred(error);
    });
    this.#queue.getBackend().on('ready', () => void this.upsert());
  }

  get redisAnswers(): boolean {
    const since = this.#writingSince;
    const late = since !== undefined && this.#clock.now() - since > ANSWER_TIMEOUT_MS;
    return this.#answered && !late;
  }

  async upsert(): Promise<void> {
    if (this.#writingSince !== undefined) return;
    this.#writingSince = this.#clock.now();
    const { queue, everyMs, job } = this.#options;
    try {
      await this.#queue.upsertJobScheduler(queue, { every: everyMs }, { name: queue, data: {}, opts: job });
      this.#answered = true;
      this.#trouble.over();
    } catch (error) {
      this.#answered = false;
      this.#trouble.occurred(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#writingSince = undefined;
    }
  }

  /** As Redis reports it, e.g. `noeviction`. Waits until Redis is there. */
  async evictionPolicy(): Promise<string | undefined> {
    const client = await this.#queue.getBackend().client;
    return /^maxmemory_policy:(\S+)/m.exec(await client.info())?.[1];
  }

  /** BullMQ would wait without end for a Redis that does not answer. Nothing is lost if the connection is cut. */
  async close(timeoutMs: number): Promise<void> {
    const closing = this.#queue.close().catch(() => undefined);
    await within(timeoutMs, closing, this.#clock);
    this.disconnect();
  }

  disconnect(): void {
    this.#queue.disconnect().catch(() => undefined);
  }
}
