import type { Problem } from '@stellar-insights/contract';

/** The API answered with a problem document (RFC 9457). The message has its code and its detail. */
export class ApiProblemError extends Error {
  override readonly name = 'ApiProblemError';
  readonly status: number;
  /** Stable; of the API, e.g. `invalid_parameter`. */
  readonly code: string;
  readonly detail: string;
  /** Names this request in the logs of the API. */
  readonly requestId: string;
  /** The parameters to correct. */
  readonly errors: NonNullable<Problem['errors']>;
  /** When the API asks to be called again; undefined if it did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, retryAfterMs: number | undefined) {
    const { status, code, detail, errors = [] } = problem;
    super(`found problem ${code} (${status}), expected an answer: ${detail}${explain(errors)}`);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.requestId = problem.request_id;
    this.errors = errors;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may succeed later. */
  get retryable(): boolean {
    return isRetryable(this.status);
  }
}

/** No answer came: the connection failed, or the time was up. */
export class ApiUnreachableError extends Error {
  override readonly name = 'ApiUnreachableError';
  readonly code = 'api_unreachable';
  readonly retryable = true;

  constructor(url: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`found no answer from ${url} (${reason}), expected the API: check its address and the network`, {
      cause,
    });
  }
}

/** Something other than the API answered, for example a proxy. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
  readonly code = 'unexpected_answer';
  readonly status: number;

  constructor(url: string, { status, found, expected }: { status: number; found: string; expected: string }) {
    super(`found ${found} with status ${status} from ${url}, expected ${expected}: check what answers there`);
    this.status = status;
  }

  /** The API's own 504 is not: the same question would take as long. A proxy's may be about a process that has gone. */
  get retryable(): boolean {
    return isRetryable(this.status) || this.status === 504;
  }
}

/** Too many requests, or a server or a gateway that does not serve for the moment. */
function isRetryable(status: number): boolean {
  return status === 429 || status === 502 || status === 503;
}

function explain(errors: readonly { parameter: string; detail: string }[]): string {
  return errors.map(({ parameter, detail }) => `; ${parameter}: ${detail}`).join('');
}
