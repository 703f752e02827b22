/** The steps of a job, which run in their order; one that fails does not keep the next ones from running. */
export class IndependentSteps {
  readonly #errors: Error[] = [];
  readonly #stopping: AbortSignal;

  /** @param stopping no step begins once it is aborted */
  constructor(stopping: AbortSignal) {
    this.#stopping = stopping;
  }

  get haveFailed(): boolean {
    return this.#errors.length > 0;
  }

  /** Those after the first one that are not the same again. */
  get laterErrors(): readonly Error[] {
    const [first, ...later] = this.#errors;
    return later.filter(({ message }) => message !== first?.message);
  }

  /** Returns what the step did; undefined if it failed or did not begin. */
  async run<T>(step: () => Promise<T>): Promise<T | undefined> {
    if (this.#stopping.aborted) return undefined;
    try {
      return await step();
    } catch (error) {
      this.#errors.push(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }

  /** @throws the first error of a step */
  end(): void {
    const [first] = this.#errors;
    if (first !== undefined) throw first;
  }
}
