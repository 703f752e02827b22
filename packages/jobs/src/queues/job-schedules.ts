import { systemClock, type Clock, type CloseContext, type Resource } from '@stellar-insights/lifecycle';
import type { RedisFault } from '../redis/redis-fault.ts';
import { ANSWER_TIMEOUT_MS, JobSchedule, type JobScheduleOptions } from './job-schedule.ts';
import type { QueueSettings } from './queue-settings.ts';

const LOOK_EVERY_MS = 3000;

/**
 * Keeps one Job Scheduler per queue. It looks at each of them when Redis is there, when Redis is there again, and every 3 s, as
 * Redis may have been emptied. A resource for the lifecycle's phase `cache`.
 */
export class JobSchedules implements Resource {
  readonly name = 'schedules';
  readonly #clock: Clock;
  readonly #schedules: readonly JobSchedule[];
  #cancelNextLook = (): void => undefined;

  constructor(schedules: readonly JobScheduleOptions[], settings: QueueSettings) {
    this.#clock = settings.clock ?? systemClock;
    this.#schedules = schedules.map((schedule) => new JobSchedule(schedule, settings));
    this.#lookAtAll();
  }

  /** Why a schedule cannot be kept; undefined if Redis answers, takes data and has all of them. */
  get fault(): RedisFault | undefined {
    return this.#schedules.map(({ fault }) => fault).find((fault) => fault !== undefined);
  }

  announce(): void {
    this.#cancelNextLook();
  }

  async close(context: CloseContext): Promise<void> {
    this.#cancelNextLook();
    const timeoutMs = Math.min(ANSWER_TIMEOUT_MS, context.remaining());
    await Promise.all(this.#schedules.map((schedule) => schedule.close(timeoutMs)));
  }

  force(): void {
    for (const schedule of this.#schedules) schedule.disconnect();
  }

  #lookAtAll(): void {
    for (const schedule of this.#schedules) void schedule.keep();
    this.#cancelNextLook = this.#clock.after(LOOK_EVERY_MS, () => this.#lookAtAll());
  }
}
