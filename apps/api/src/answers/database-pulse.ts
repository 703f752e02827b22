import { DatabaseUnavailableError, StatementTimeoutError } from '@stellar-insights/db';
import { readLedgerAge } from '@stellar-insights/db/ledgers';
import type { Clock } from '@stellar-insights/runtime/time';
import { databaseUnavailable, type ProblemError } from './problem.ts';
import type { Services } from './route-context.ts';

const ASK_EVERY_MS = 1000;
const TIMEOUT_MS = 1000;
/** What a request finds of a database that is busy, and of one that has stopped to answer. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['database_busy', 'timed_out']);

/** Whether the database answers at all: asked on a way that no request takes, and once a second at most. */
export class DatabasePulse {
  readonly #services: Services;
  readonly #clock: Clock;
  #askedAt = -Infinity;
  #isAway: Promise<boolean> = Promise.resolve(false);

  constructor(services: Services, clock: Clock) {
    this.#services = services;
    this.#clock = clock;
  }

  /** The problem, or the one behind it: connections may be in use because nothing comes back on them. */
  async causeOf(problem: ProblemError): Promise<ProblemError> {
    if (!AMBIGUOUS.has(problem.code)) return problem;
    if (this.#clock.now() - this.#askedAt >= ASK_EVERY_MS) {
      this.#askedAt = this.#clock.now();
      this.#isAway = this.#ask();
    }
    return (await this.#isAway) ? databaseUnavailable() : problem;
  }

  async #ask(): Promise<boolean> {
    const { db } = this.#services;
    if (db === undefined) return false;
    try {
      await readLedgerAge(db.control, { timeoutMs: TIMEOUT_MS });
      return false;
    } catch (error) {
      return !isAnswer(error);
    }
  }
}

/** Whether it is the server itself that says that it cannot. */
export function isAnswer(error: unknown): boolean {
  return (
    error instanceof StatementTimeoutError ||
    (error instanceof DatabaseUnavailableError && error.isServerFull)
  );
}
