import { systemClock, within, type Clock, type Logger } from '@stellar-insights/lifecycle';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import { producerRedis } from '@stellar-insights/runtime/redis';
import { Queue, type DefaultJobOptions, type JobSchedulerJson } from 'bullmq';
import { redisFault, type RedisFault } from '../redis/redis-fault.ts';
import { bullmqOptions, type QueueSettings } from './queue-settings.ts';

/** Redis may be frozen: a later answer counts as none. */
export const ANSWER_TIMEOUT_MS = 1000;
/** A Redis that has become a replica cuts the connection after each write; without a pause that is an endless loop. */
const KEEP_AT_MOST_EVERY_MS = 1000;
/** By how much the clocks of processes and of Redis may differ. */
const CLOCK_SLACK_MS = 5000;
const PROBE_TTL_MS = 60_000;

/** Fails if Redis takes no more data: BullMQ's own scripts do not notice that until a job is added. Returns Redis' time. */
const PROBE = {
  numberOfKeys: 1,
  lua: `
    redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
  `,
};
/** True for one process in so many milliseconds. */
const CLAIM = {
  numberOfKeys: 1,
  lua: `return redis.call('SET', KEYS[1], '1', 'PX', ARGV[1], 'NX') and 1 or 0`,
};

export interface JobScheduleOptions {
  readonly queue: string;
  readonly everyMs: number;
  readonly job: DefaultJobOptions;
}

type Scheduler = Pick<JobSchedulerJson, 'every' | 'next'>;

/**
 * Keeps the Job Scheduler of one queue. Each look at it writes a probe, and the scheduler only if that is needed: at the start
 * of the process, if the scheduler is missing, if its job is due (the worker that took the last one may have died before it
 * made the next one), or if its next run is further away than its interval.
 *
 * starting ── the first look ──► keeping its own interval ── another interval is found ──► keeping that one
 *
 * So the interval of the process that started last wins, and no process writes an older one again.
 */
export class JobSchedule {
  readonly #options: JobScheduleOptions;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #queue: Queue;
  readonly #trouble: ErrorReminder;
  #everyMs: number;
  #started = false;
  #fault: RedisFault | undefined = { state: 'away', reason: 'no answer yet' };
  #lookingSince: number | undefined;
  #lookedAt = -Infinity;

  constructor(options: JobScheduleOptions, settings: QueueSettings) {
    const { redisUrl, log, clock = systemClock } = settings;
    this.#options = options;
    this.#everyMs = options.everyMs;
    this.#log = log;
    this.#clock = clock;
    this.#trouble = new ErrorReminder(log, { queue: options.queue }, clock);
    this.#queue = new Queue(options.queue, {
      ...bullmqOptions(settings),
      connection: producerRedis(redisUrl),
    });
    this.#queue.on('error', (error) => this.#failed(error));
    this.#queue.getBackend().on('ready', () => void this.keep());
  }

  /** Why the schedule cannot be kept; undefined if it is kept. */
  get fault(): RedisFault | undefined {
    const since = this.#lookingSince;
    const isLate = since !== undefined && this.#clock.now() - since > ANSWER_TIMEOUT_MS;
    if (this.#fault !== undefined || !isLate) return this.#fault;
    return { state: 'away', reason: `no answer for ${ANSWER_TIMEOUT_MS / 1000} s` };
  }

  /** A look that waits for Redis stands in for those after it. */
  async keep(): Promise<void> {
    const now = this.#clock.now();
    if (this.#lookingSince !== undefined || now - this.#lookedAt < KEEP_AT_MOST_EVERY_MS) return;
    this.#lookingSince = now;
    try {
      await this.#look();
      this.#fault = undefined;
      this.#trouble.over();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#lookingSince = undefined;
      this.#lookedAt = this.#clock.now();
    }
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

  async #look(): Promise<void> {
    const redisNow = await this.#run(PROBE, 'probe', PROBE_TTL_MS);
    const scheduler = await this.#queue.getJobScheduler(this.#options.queue);
    if (scheduler?.next === undefined || scheduler.every === undefined) await this.#write();
    else await this.#correct(scheduler as Required<Scheduler>, redisNow);
    this.#started = true;
  }

  async #correct({ every, next }: Required<Scheduler>, redisNow: number): Promise<void> {
    if (every !== this.#everyMs) {
      if (this.#started) this.#adopt(every);
      else await this.#replace(every, next, redisNow);
    } else if (next > redisNow + every + CLOCK_SLACK_MS) {
      await this.#heal(next - redisNow, redisNow);
    } else if (!this.#started || next <= redisNow) {
      await this.#write();
    }
  }

  /** The first job with the new interval comes when the shorter of the two intervals has passed since the last one. */
  async #replace(every: number, next: number, redisNow: number): Promise<void> {
    const first = next - Math.max(0, every - this.#everyMs);
    const isAhead = first > redisNow + this.#everyMs + CLOCK_SLACK_MS;
    const startDate = isAhead ? redisNow : first;
    this.#log.warn(
      { queue: this.#options.queue, everyMs: this.#everyMs, replacedMs: every },
      `${this.#options.queue} runs every ${seconds(this.#everyMs)} from now on; an earlier process had set ${seconds(every)}`,
    );
    await this.#write({ startDate, offset: startDate % this.#everyMs });
  }

  #adopt(every: number): void {
    this.#log.warn(
      { queue: this.#options.queue, everyMs: every, ownMs: this.#options.everyMs },
      `found that ${this.#options.queue} runs every ${seconds(every)}, expected every ${seconds(this.#everyMs)}: a process ` +
        'that started later has another interval, which is kept; give all processes the same interval',
    );
    this.#everyMs = every;
  }

  /** A process whose clock was ahead wrote the scheduler. One process in an interval writes it anew. */
  async #heal(aheadMs: number, redisNow: number): Promise<void> {
    const { queue } = this.#options;
    const differenceMs = this.#clock.date().getTime() - redisNow;
    if (Math.abs(differenceMs) > CLOCK_SLACK_MS) {
      const relation = differenceMs > 0 ? 'ahead of' : 'behind';
      this.#trouble.warn(`the clock of this process is far ${relation} the clock of Redis; set both by NTP`, {
        differenceMs,
      });
      return;
    }
    if ((await this.#run(CLAIM, 'healed', this.#everyMs)) !== 1) return;
    this.#log.warn(
      { queue, aheadMs },
      `found the next run of ${queue} in ${seconds(aheadMs)}, expected it within ${seconds(this.#everyMs)}: the clock of a ` +
        'process was ahead; the schedule is written anew',
    );
    await this.#queue.removeJobScheduler(queue);
    await this.#write();
  }

  async #write(start: { startDate?: number; offset?: number } = {}): Promise<void> {
    const { queue, job } = this.#options;
    await this.#queue.upsertJobScheduler(
      queue,
      { every: this.#everyMs, ...start },
      { name: queue, data: {}, opts: job },
    );
  }

  async #run(script: typeof PROBE, name: string, ms: number): Promise<number> {
    const backend = this.#queue.getBackend();
    const client = await backend.client;
    const command = `insights:${name}`;
    client.defineCommand(command, script);
    return Number(await client.runCommand(command, [backend.toKey(name), ms]));
  }

  #failed(error: unknown): void {
    this.#fault = redisFault(error);
    this.#trouble.occurred(error);
  }
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}
