import { DatabaseUnavailableError } from '@stellar-insights/db';
import { HTTPException } from 'hono/http-exception';
import { ProblemError } from './problem-error.ts';

/** SQLSTATE query_canceled: the server's own limit on a statement. */
const STATEMENT_TIMED_OUT = '57014';

/** What a client is told of an error; of one that is not known here, nothing but that it happened. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof DatabaseUnavailableError) {
    return error.found === STATEMENT_TIMED_OUT ? timedOut() : databaseAway();
  }
  if (error instanceof HTTPException && error.status === 400) {
    return new ProblemError(400, 'malformed_request', 'the request could not be read');
  }
  return new ProblemError(
    500,
    'internal_error',
    'an unexpected error, which was logged with this request id',
  );
}

export function timedOut(): ProblemError {
  const detail = 'the answer took too long; ask for a shorter window or fewer rows';
  return new ProblemError(504, 'timed_out', detail);
}

function databaseAway(): ProblemError {
  const detail = 'the database does not answer; try again later';
  return new ProblemError(503, 'database_unavailable', detail, { headers: { 'Retry-After': '1' } });
}
