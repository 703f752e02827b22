import type { Logger } from '../host/log.ts';
import { describeError, type ErrorReport } from './report.ts';

/** An error that repeats itself for ever must not fill the memory and the log. */
const MOST = 20;

/** What went wrong beside the resources: in the log at once, in the report at the end. */
export class ErrorLog {
  readonly #recorded: ErrorReport[] = [];
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  get recorded(): readonly ErrorReport[] {
    return [...this.#recorded];
  }

  record(error: unknown): void {
    if (this.#recorded.length === MOST) return;
    const described = describeError(error);
    this.#recorded.push(described);
    this.#log.error({ err: error }, `while stopping: ${described.message}`);
  }

  /** Does work whose failure is recorded and goes no further. Begins at once. */
  async attempt(work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.record(error);
    }
  }
}
