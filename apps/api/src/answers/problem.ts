import { STATUS_CODES } from 'node:http';
import type { Problem } from '@stellar-insights/contract';
import { DatabaseBusyError, DatabaseUnavailableError, StatementTimeoutError } from '@stellar-insights/db';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';

export const PROBLEM_TYPE = 'application/problem+json';

export type ProblemStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 406
  | 408
  | 409
  | 410
  | 413
  | 414
  | 415
  | 417
  | 426
  | 429
  | 431
  | 499
  | 500
  | 501
  | 503
  | 504
  | 505;

export interface ProblemFacts {
  /** The parameters to correct. */
  readonly errors?: NonNullable<Problem['errors']>;
  readonly resync?: NonNullable<Problem['resync']>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is answered with a problem document (RFC 9457); the message is its `detail`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: ProblemStatus;
  /** Stable. */
  readonly code: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  readonly errors: Problem['errors'];
  readonly resync: Problem['resync'];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ProblemStatus,
    code: string,
    detail: string,
    { errors, resync, headers = {} }: ProblemFacts = {},
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryable = status === 408 || status === 429 || status > 500;
    this.errors = errors;
    this.resync = resync;
    this.headers = headers;
  }
}

/** The problem that an error is answered with. Of an unknown error a client learns only that it occurred. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof DatabaseBusyError) return databaseBusy();
  if (error instanceof StatementTimeoutError) return statementTimedOut();
  if (error instanceof DatabaseUnavailableError) {
    return error.isServerFull ? databaseBusy() : databaseUnavailable();
  }
  if (error instanceof HTTPException && error.status === 400) {
    return malformedRequest('its body is not JSON; an empty one is written `{}`');
  }
  if (error instanceof HTTPException && error.status === 415) return unsupportedMediaType();
  return new ProblemError(500, 'internal_error', 'an unexpected error; it was logged with this request id');
}

/** `why` completes the sentence. */
export function malformedRequest(why: string): ProblemError {
  return new ProblemError(400, 'malformed_request', `the request could not be read: ${why}`);
}

/** The parameters that do not fit, each with the first thing that was expected. Their values are not repeated. */
export function invalidParameters(error: z.ZodError): ProblemError {
  const found = error.issues.flatMap(({ path, ...issue }) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          parameter: [...path, key.slice(0, 64)].join('.'),
          detail: 'this request takes no such parameter',
        }))
      : [{ parameter: path.join('.') || 'body', detail: issue.message }],
  );
  const errors = found.filter(
    ({ parameter }, index) => found.findIndex((each) => each.parameter === parameter) === index,
  );
  const names = errors.map(({ parameter }) => parameter).join(', ');
  return new ProblemError(400, 'invalid_parameter', `correct these parameters: ${names}`, { errors });
}

function unsupportedMediaType(): ProblemError {
  const detail = 'the body of this request is JSON: send `Content-Type: application/json`';
  return new ProblemError(415, 'unsupported_media_type', detail);
}

export function timedOut(): ProblemError {
  const detail = 'the answer took too long; ask for a shorter window or fewer rows';
  return new ProblemError(504, 'timed_out', detail);
}

function statementTimedOut(): ProblemError {
  const detail =
    'the database did not finish a query in time; ask for a shorter window or fewer rows, or try again later';
  return new ProblemError(504, 'statement_timeout', detail);
}

export function databaseBusy(what = 'all connections to the database are in use'): ProblemError {
  const detail = `${what}; try again later`;
  return new ProblemError(503, 'database_busy', detail, { headers: { 'Retry-After': '1' } });
}

export function tooManyLookups(): ProblemError {
  const detail = 'too many unknown keys are being looked up; try again later';
  return new ProblemError(503, 'key_lookups_busy', detail, { headers: { 'Retry-After': '1' } });
}

export function databaseUnavailable(): ProblemError {
  const detail = 'the database does not answer; try again later';
  return new ProblemError(503, 'database_unavailable', detail, { headers: { 'Retry-After': '1' } });
}

export function noLedgers(): ProblemError {
  const detail = 'no ledger is stored yet; try again once the worker has stored one';
  return new ProblemError(503, 'no_ledgers', detail, { headers: { 'Retry-After': '5' } });
}

export function notSynced(sync: string): ProblemError {
  const detail = `the state of the network (${sync}) has not been read yet; try again once the worker has`;
  return new ProblemError(503, 'not_synced', detail, { headers: { 'Retry-After': '5' } });
}

/** Nobody reads this answer: the client is gone. The status, as nginx uses it, keeps metrics from calling it our error. */
export function clientLeft(): ProblemError {
  return new ProblemError(499, 'client_left', 'the client left before its answer');
}

/** Nobody reads this answer: a stop has cut the connection. */
export function requestEnded(): ProblemError {
  return new ProblemError(503, 'request_ended', 'the request ended before its answer; send it again');
}

export function problemResponse(error: ProblemError, requestId: string): Response {
  const { status, headers, body } = problemParts(error, requestId);
  return new Response(body, { status, headers: { ...error.headers, ...headers } });
}

/** For an answer that is written without a `Response`. */
export function problemParts(error: ProblemError, requestId: string) {
  const body = JSON.stringify(problemDocument(error, requestId));
  const headers = {
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': `${Buffer.byteLength(body)}`,
    'Cache-Control': 'no-store',
    'X-Request-Id': requestId,
  };
  return { status: error.status, headers, body };
}

function problemDocument(
  { status, code, message, errors, resync }: ProblemError,
  requestId: string,
): Problem {
  return {
    type: `urn:stellar-insights:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    code,
    request_id: requestId,
    ...(errors && { errors }),
    ...(resync && { resync }),
  };
}
