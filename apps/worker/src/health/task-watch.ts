import type { Database } from '@stellar-insights/db';
import { readLedgerAge } from '@stellar-insights/db/ledgers';
import { readTaskStatus } from '@stellar-insights/db/tasks';
import type { Clock, Resource } from '@stellar-insights/lifecycle';
import type { TaskHealth } from './task-health.ts';

const LOOK_EVERY_MS = 2000;
const ANSWER_TIMEOUT_MS = 5000;

export interface TaskWatchOptions {
  readonly db: Database;
  readonly clock: Clock;
  /** Of the tasks that this worker serves. */
  readonly tasks: readonly TaskHealth[];
}

/**
 * Reads every 2 s what all workers have recorded of the tasks that this worker serves, so that a task that another worker fails
 * in, or for which nothing reports, is seen here. A resource for the lifecycle's phase `background`.
 */
export class TaskWatch implements Resource {
  readonly name = 'task watch';
  readonly #options: TaskWatchOptions;
  readonly #ended = new AbortController();
  readonly #watching: Promise<void>;
  #newestLedgerClosedAt: number | undefined;

  constructor(options: TaskWatchOptions) {
    this.#options = options;
    this.#watching = this.#watch();
  }

  /** Milliseconds since the newest ledger stored closed; null if none is stored. */
  get newestLedgerAgeMs(): number | null {
    const closedAt = this.#newestLedgerClosedAt;
    return closedAt === undefined ? null : Math.max(0, this.#options.clock.now() - closedAt);
  }

  announce(): void {
    this.#ended.abort();
  }

  async close(): Promise<void> {
    this.#ended.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      // Without an answer, what was read last stays.
      await this.#look().catch(() => undefined);
      await this.#options.clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { db, clock, tasks } = this.#options;
    const askedAt = clock.now();
    const options = { timeoutMs: ANSWER_TIMEOUT_MS, signal: this.#ended.signal };
    const [statuses, ageMs] = await Promise.all([readTaskStatus(db, options), readLedgerAge(db, options)]);
    this.#newestLedgerClosedAt = ageMs === null ? undefined : askedAt - ageMs;
    for (const health of tasks) {
      const status = statuses.find(({ task }) => task === health.task);
      if (status !== undefined) health.observe(status, askedAt);
    }
  }
}
