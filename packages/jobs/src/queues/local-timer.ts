import {
  systemClock,
  within,
  type Clock,
  type CloseContext,
  type Resource,
} from '@stellar-insights/lifecycle';
import { JobInterruptedError, type JobContext } from '@stellar-insights/lifecycle/bullmq';
import type { JobProcessor } from './queue-worker.ts';

/** Without a job for so many intervals, the timer begins the work. */
const MISSED_INTERVALS = 3;
/** As jobs do, the work gets its second signal so long before the budget ends; at most half the budget before. */
const INTERRUPT_BEFORE_MS = 2000;

export interface LocalTimerOptions {
  /** In messages and reports. */
  readonly name: string;
  /** How often a job is due. */
  readonly everyMs: number;
  readonly clock?: Clock;
}

/**
 * Begins continuous work in this process when no job has come for three intervals, so that no missing job can stop it: Redis
 * may be away or its schedule wrong. A resource for the lifecycle's phase `background`.
 *
 * idle ── a job comes, or none has for three intervals ──► working ── done or failed ──► idle
 * idle ── announce ──► closed
 * working ── announce ──► stopping (`stopping` has aborted) ── done or failed ──► closed
 *
 * While it is working, other jobs end at once. What ends the work of a job is up to the job's own context.
 */
export class LocalTimer implements Resource {
  readonly name: string;
  readonly #work: JobProcessor;
  readonly #everyMs: number;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  readonly #interrupted = new AbortController();
  #working = false;
  #lastWorked: number;
  /** The work that the timer began. */
  #own: Promise<unknown> = Promise.resolve();
  #cancelTimer = (): void => undefined;

  /** `work` reports its failures itself. */
  constructor(work: JobProcessor, { name, everyMs, clock = systemClock }: LocalTimerOptions) {
    this.name = `${name} timer`;
    this.#work = work;
    this.#everyMs = everyMs;
    this.#clock = clock;
    this.#lastWorked = clock.now();
    this.#wait();
  }

  /** What a job does: the work, unless this process does it already. */
  readonly processor: JobProcessor = async (data, context) =>
    this.#working ? 'works_already' : await this.#begin(data, context);

  announce(): void {
    this.#cancelTimer();
    this.#stopping.abort(new JobInterruptedError('stopping', 'the process was asked to stop'));
  }

  async close(context: CloseContext): Promise<void> {
    this.announce();
    const left = context.remaining();
    const timeoutMs = left - Math.min(INTERRUPT_BEFORE_MS, left / 2);
    if (!(await within(timeoutMs, this.#own, this.#clock))) this.force();
    await this.#own;
  }

  force(): void {
    this.#interrupted.abort(
      new JobInterruptedError('out_of_time', 'the process stops and the time for its work is over'),
    );
  }

  waitingFor(): string {
    return `${this.name}: work that a timer began`;
  }

  #wait(): void {
    this.#cancelTimer = this.#clock.after(this.#everyMs, () => {
      const idleMs = this.#clock.now() - this.#lastWorked;
      if (!this.#working && idleMs >= MISSED_INTERVALS * this.#everyMs) {
        this.#own = this.#begin({}, this.#context()).catch(() => undefined);
      }
      this.#wait();
    });
  }

  async #begin(data: unknown, context: JobContext): Promise<unknown> {
    this.#working = true;
    try {
      return await this.#work(data, context);
    } finally {
      this.#working = false;
      this.#lastWorked = this.#clock.now();
    }
  }

  #context(): JobContext {
    return {
      stopping: this.#stopping.signal,
      signal: this.#interrupted.signal,
      returnToQueue: () => {
        throw new JobInterruptedError('stopping', 'the work came from no queue');
      },
    };
  }
}
