import { setTimeout as sleep } from 'node:timers/promises';
import type { CloseContext, Logger, Resource } from '@stellar-insights/lifecycle';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import { producerRedis } from '@stellar-insights/runtime/redis';
import { Queue } from 'bullmq';
import { catalogue, type QueueName } from '../catalogue.ts';

export interface Schedule {
  readonly queue: QueueName;
  readonly everyMs: number;
}

export interface ScheduleKeeperOptions {
  readonly redisUrl: string;
  readonly log: Logger;
}

const UPSERT_EVERY_MS = 3000;
/** An answer that takes longer is none: Redis may be frozen. */
const PATIENCE_MS = 1000;

/**
 * Keeps one Job Scheduler a queue: written when Redis is there, when it is there again, and every 3 s, since it may have been
 * emptied. Writing one that exists changes nothing. A resource for the lifecycle's phase `cache`.
 */
export class ScheduleKeeper implements Resource {
  readonly name = 'schedules';
  readonly #log: Logger;
  readonly #kept: readonly KeptSchedule[];
  readonly #timer: NodeJS.Timeout;

  constructor(schedules: readonly Schedule[], { redisUrl, log }: ScheduleKeeperOptions) {
    this.#log = log;
    this.#kept = schedules.map((schedule) => new KeptSchedule(schedule, redisUrl, log));
    this.#timer = setInterval(() => this.#writeAll(), UPSERT_EVERY_MS);
    this.#writeAll();
    void this.#warnOfEviction();
  }

  /** Whether Redis has answered the last time it was asked. */
  get redisAnswers(): boolean {
    return this.#kept.every(({ answered }) => answered);
  }

  announce(): void {
    clearInterval(this.#timer);
  }

  async close(context: CloseContext): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(
      this.#kept.map((schedule) => schedule.close(Math.min(PATIENCE_MS, context.remaining()))),
    );
  }

  force(): void {
    for (const schedule of this.#kept) schedule.disconnect();
  }

  #writeAll(): void {
    for (const schedule of this.#kept) void schedule.write();
  }

  async #warnOfEviction(): Promise<void> {
    const policy = await this.#kept[0]?.evictionPolicy().catch(() => undefined);
    if (policy === undefined || policy === 'noeviction') return;
    this.#log.warn(
      { policy },
      `found maxmemory-policy ${policy} in Redis, expected noeviction: jobs may vanish; set it in Redis' configuration`,
    );
  }
}

/** idle ── write ──► writing ── answered ──► idle. A write that waits for Redis is the next one, too. */
class KeptSchedule {
  readonly #schedule: Schedule;
  readonly #queue: Queue;
  readonly #trouble: ErrorReminder;
  #answered = false;
  #writingSince: number | undefined;

  constructor(schedule: Schedule, redisUrl: string, log: Logger) {
    this.#schedule = schedule;
    this.#trouble = new ErrorReminder(log, { queue: schedule.queue });
    this.#queue = new Queue(schedule.queue, { connection: producerRedis(redisUrl) });
    this.#queue.on('error', (error) => {
      this.#answered = false;
      this.#trouble.occurred(error);
    });
    this.#queue.getBackend().on('ready', () => void this.write());
  }

  get answered(): boolean {
    const waits = this.#writingSince !== undefined && performance.now() - this.#writingSince > PATIENCE_MS;
    return this.#answered && !waits;
  }

  async write(): Promise<void> {
    if (this.#writingSince !== undefined) return;
    this.#writingSince = performance.now();
    const { queue, everyMs } = this.#schedule;
    try {
      const template = { name: queue, data: {}, opts: catalogue[queue].job };
      await this.#queue.upsertJobScheduler(queue, { every: everyMs }, template);
      this.#answered = true;
      this.#trouble.over();
    } catch (error) {
      this.#answered = false;
      this.#trouble.occurred(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#writingSince = undefined;
    }
  }

  /** As Redis tells it, e.g. `noeviction`; waits until Redis is there. */
  async evictionPolicy(): Promise<string | undefined> {
    const client = await this.#queue.getBackend().client;
    return /^maxmemory_policy:(\S+)/m.exec(await client.info())?.[1];
  }

  /** BullMQ would wait without end for a Redis that does not answer. Nothing is lost by not saying goodbye. */
  async close(patienceMs: number): Promise<void> {
    const closed = new AbortController();
    const late = sleep(patienceMs, undefined, { signal: closed.signal }).catch(() => undefined);
    await Promise.race([this.#queue.close().catch(() => undefined), late]);
    closed.abort();
    this.disconnect();
  }

  disconnect(): void {
    this.#queue.disconnect().catch(() => undefined);
  }
}
