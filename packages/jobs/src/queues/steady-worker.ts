import { systemClock, type Clock } from '@stellar-insights/lifecycle';
import { Worker, type Job, type Processor, type WorkerOptions } from 'bullmq';
import { redisFault, type RedisFault } from '../redis/redis-fault.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;
/** An idle worker hears from Redis every 2 s, and one that runs a job each time it renews its lock. */
const SILENCE_MS = 35_000;
/** Shorter than the time in which Redis must answer (`socketTimeout`), else an idle connection would be cut. */
const LONGEST_BLOCK_SECONDS = 2;

/**
 * A BullMQ worker that pauses after a fetch that failed, longer each time. BullMQ repeats it at once, so that any lasting
 * refusal of Redis takes a whole core.
 *
 * serving ── a fetch fails ──► pausing ── 100 ms, 200 ms … 2 s ──► fetching again ── it succeeds ──► serving
 *
 * A stop ends the pause.
 */
export class SteadyWorker<Data, Result, Name extends string> extends Worker<Data, Result, Name> {
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #failures = 0;
  #fault: RedisFault | undefined;
  #lastError: unknown;
  #answeredAt: number;

  constructor(
    queue: string,
    processor: Processor<Data, Result, Name>,
    options: WorkerOptions,
    clock: Clock = systemClock,
  ) {
    super(queue, processor, { ...options, drainDelay: LONGEST_BLOCK_SECONDS });
    this.#clock = clock;
    this.#answeredAt = clock.now();
    this.once('closing', () => this.#closing.abort());
    this.on('error', (error) => (this.#lastError = error));
    this.on('completed', () => this.#succeeded());
    this.on('locksRenewed', () => this.#succeeded());
  }

  /** Why the queue is not served; undefined if it is. */
  get fault(): RedisFault | undefined {
    const silence = this.#clock.now() - this.#answeredAt;
    if (this.#fault !== undefined || silence < SILENCE_MS) return this.#fault;
    return { state: 'away', reason: `no answer for ${Math.round(silence / 1000)} s` };
  }

  override get maximumBlockTimeout(): number {
    return LONGEST_BLOCK_SECONDS;
  }

  /** Fetches a job. */
  protected override async moveToActive(token: string, name?: string): Promise<Job<Data, Result, Name>> {
    try {
      const job = await super.moveToActive(token, name);
      this.#succeeded();
      return job;
    } catch (error) {
      await this.#failed(error);
      throw error;
    }
  }

  /** Without a duration: BullMQ's pause after a blocking read that failed. */
  override async delay(...[milliseconds, abort]: Parameters<Worker['delay']>): Promise<void> {
    if (milliseconds === undefined) await this.#failed(this.#lastError ?? new Error('no connection'));
    else await super.delay(milliseconds, abort);
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#fault = undefined;
    this.#lastError = undefined;
    this.#answeredAt = this.#clock.now();
  }

  async #failed(error: unknown): Promise<void> {
    this.#fault = redisFault(error);
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS);
    this.#failures += 1;
    try {
      await this.#clock.sleep(pauseMs, this.#closing.signal);
    } catch {
      // The worker closes.
    }
  }
}
