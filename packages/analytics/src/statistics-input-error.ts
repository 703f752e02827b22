/** What was given cannot be counted. Nothing was counted of it; trying again does not help. */
export class StatisticsInputError extends Error {
  override readonly name = 'StatisticsInputError';
  readonly code = 'statistics_input_invalid';
  /** What the fault is in, e.g. `bucket size`, `payment 132379546421837825`. */
  readonly subject: string;
  readonly found: string;
  readonly expected: string;

  constructor(subject: string, found: string, expected: string) {
    super(`${subject}: found ${found}, expected ${expected}; correct what is passed in`);
    this.subject = subject;
    this.found = found;
    this.expected = expected;
  }
}
