import type { Candidate } from './candidates.ts';

/** A number (times in milliseconds; `Infinity` is "never") or a word, such as an exit code. */
export type Value = number | string;
export type Values = Readonly<Record<string, Value>>;

export interface Scenario {
  readonly title: string;
  /** What it measures, in the order of the table: key and wording. */
  readonly rows: Readonly<Record<string, string>>;
  /** Who takes part. Default: all candidates. */
  readonly candidates?: readonly Candidate[];
  /** Once is enough where timeouts decide. */
  readonly once?: boolean;
  /** How many candidates may run at once without disturbing each other's numbers. */
  readonly concurrency: number;
  run(candidate: Candidate): Promise<Values>;
}

/** No contestant is waited for longer: the timeout they are given is 3 s. */
export const LIMIT_MS = 3500;
