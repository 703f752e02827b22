/** The input cannot be counted, and nothing of it was. */
export class StatisticsInputError extends Error {
  override readonly name = 'StatisticsInputError';
  readonly code = 'statistics_input_invalid';
  readonly retryable = false;
  /** What has the fault, e.g. `bucket size`, `payment 132379546421837825`. */
  readonly subject: string;
  readonly found: string;
  readonly expected: string;

  constructor(subject: string, found: string, expected: string) {
    super(`${subject}: found ${found}, expected ${expected}; correct the input`);
    this.subject = subject;
    this.found = found;
    this.expected = expected;
  }
}
