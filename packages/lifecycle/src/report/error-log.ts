import type { Logger } from '../host/log.ts';
import { describeError, type ErrorReport } from './report.ts';

/** An error that repeats itself for ever must not fill the memory and the log. */
const MAX_ERRORS = 20;

/** What went wrong outside of the resources: in the log at once, in the report at the end. */
export class ErrorLog {
  recorded: readonly ErrorReport[] = [];
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  record(error: unknown): void {
    if (this.recorded.length === MAX_ERRORS) return;
    const described = describeError(error);
    this.recorded = [...this.recorded, described];
    this.#log.error({ err: error }, `while stopping: ${described.message}`);
  }

  /** Starts the work at once. If the work fails, the error is recorded and goes no further. */
  async attempt(work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.record(error);
    }
  }
}
