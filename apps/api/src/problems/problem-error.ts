import type { Problem } from '@stellar-insights/contract';

export type ProblemStatus = 400 | 404 | 405 | 406 | 408 | 413 | 414 | 417 | 431 | 500 | 503 | 504;

export interface ProblemFacts {
  readonly errors?: NonNullable<Problem['errors']>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is answered with a problem document; the message is its `detail`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: ProblemStatus;
  /** Stable. */
  readonly code: string;
  readonly errors: Problem['errors'];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ProblemStatus,
    code: string,
    detail: string,
    { errors, headers = {} }: ProblemFacts = {},
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.headers = headers;
  }
}
