import type { Database } from '@stellar-insights/db';
import { takeRequest } from '@stellar-insights/db/request-budget';
import type { RequestBudget, RequestPriority } from '@stellar-insights/ledger/state';
import type { Clock } from '@stellar-insights/lifecycle';
import { RequestBudgetSpentError } from './errors.ts';

/** What the background leaves of the requests that may be made at once. */
const RESERVE = 1 / 2;
/** As long as a due request waits for its turn. Whoever waits longer holds up a job that can be done later. */
const MAX_WAIT_MS = 60_000;

interface HorizonBudgetOptions {
  readonly db: Database;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly perHour: number;
  /** Called when a request is given up. */
  readonly onSpent: () => void;
}

/** The requests to Horizon that all workers together may make, counted in Postgres. */
export class HorizonBudget implements RequestBudget {
  readonly #options: HorizonBudgetOptions;

  constructor(options: HorizonBudgetOptions) {
    this.#options = options;
  }

  /**
   * @throws RequestBudgetSpentError at once for the background, for what is due if its turn does not come soon;
   *   DatabaseUnavailableError; the signal's reason
   */
  async take(priority: RequestPriority, signal: AbortSignal): Promise<void> {
    const { db, clock, perHour, onSpent } = this.#options;
    const reserve = priority === 'due' ? 0 : RESERVE;
    let left = priority === 'due' ? MAX_WAIT_MS : 0;
    for (;;) {
      signal.throwIfAborted();
      const waitMs = await takeRequest(db, { name: 'horizon', perHour }, { reserve, signal });
      if (waitMs === 0) return;
      if (waitMs > left) {
        onSpent();
        throw new RequestBudgetSpentError(perHour, waitMs);
      }
      left -= waitMs;
      await clock.sleep(waitMs, signal);
    }
  }
}
