import { problem } from '@stellar-insights/contract';
import type { z } from 'zod';
import { PROBLEM_TYPE } from './problem.ts';

/* The responses of a route, as the OpenAPI document declares them. */

export function jsonResponse<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** The other formats of a list are made of its JSON. */
export function listResponse<Schema extends z.ZodType>(schema: Schema, description: string) {
  const formats =
    'Also available as `text/csv` and `application/x-ndjson`: one row per line, the next page in `Link`, `as_of` in `X-As-Of`, `state`, if there is one, in `X-State`, `as_of.cursor` in `X-Log-Cursor`. In CSV all text is quoted, and an apostrophe stands before what a spreadsheet might run; import ids as text.';
  return jsonResponse(schema, `${description} ${formats}`);
}

const retryAfter = {
  'Retry-After': {
    description: 'After how many seconds to try again.',
    schema: { type: 'integer' as const },
  },
};

export const problemResponses = {
  400: problemDeclaration('A parameter does not fit.'),
  401: problemDeclaration(
    'A key is needed and there is none (`unauthorized`), or the key is unknown, expired or revoked. See `API_AUTH` in the guide to access.',
  ),
  403: problemDeclaration('The key lacks the scope that the route needs (`forbidden`).'),
  406: problemDeclaration('None of the accepted formats is available.'),
  429: {
    ...problemDeclaration('Too many requests of this key or address in a minute (`rate_limited`).'),
    headers: retryAfter,
  },
  500: problemDeclaration('An unexpected error.'),
  503: {
    ...problemDeclaration(
      'The database is busy (`database_busy`) or away (`database_unavailable`), or no ledger is stored yet (`no_ledgers`), or the state of the network was not read yet (`not_synced`).',
    ),
    headers: retryAfter,
  },
  504: problemDeclaration(
    'A query of the database took too long (`statement_timeout`), or the whole answer did (`timed_out`).',
  ),
};

export const resyncResponse = {
  410: problemDeclaration('The log cannot continue from the cursor: `resync` has where to read the state.'),
};

/** The JSON that a request carries. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } };
}

export const conflictResponse = {
  409: problemDeclaration('What is asked for does not go with what is there: `code` says what.'),
};

export const notFoundResponse = { 404: problemDeclaration('It is not stored.') };

function problemDeclaration(description: string) {
  return { description, content: { [PROBLEM_TYPE]: { schema: problem } } };
}
