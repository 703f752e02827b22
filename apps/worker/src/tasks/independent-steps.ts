import type { ErrorReminder } from '@stellar-insights/runtime/log';

/** The steps of a job, which run in their order; one that fails does not keep the next ones from running. */
export class IndependentSteps {
  readonly #errors: Error[] = [];
  readonly #stopping: AbortSignal;

  /** @param stopping no step begins once it is aborted; what it cuts off has not failed, the next job does it */
  constructor(stopping: AbortSignal) {
    this.#stopping = stopping;
  }

  get haveFailed(): boolean {
    return this.#errors.length > 0;
  }

  /** Returns what the step did; undefined if it failed, did not begin, or was cut off. */
  async run<T>(step: () => Promise<T>): Promise<T | undefined> {
    if (this.#stopping.aborted) return undefined;
    try {
      return await step();
    } catch (error) {
      if (this.#stopping.aborted) return undefined;
      this.#errors.push(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }

  /**
   * @param laterErrors logs the later errors that differ from the first one, which is logged as the failure of the job
   * @throws the first error of a step
   */
  end(laterErrors: Pick<ErrorReminder, 'occurred' | 'over'>): void {
    const [first, ...later] = this.#errors;
    for (const error of later) if (error.message !== first?.message) laterErrors.occurred(error);
    if (first !== undefined) throw first;
    laterErrors.over();
  }
}
