import { problem } from '@stellar-insights/contract';
import { z } from 'zod';
import { PROBLEM_TYPE } from './problem.ts';

/* The responses of a route, as the OpenAPI document declares them. `completeDocument` adds those of every route. */

export function jsonResponse<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** A page of a list, in each of the formats of `listFormats`. */
export function listResponse<Schema extends z.ZodType>(schema: Schema, description: string) {
  return {
    description: `${description} CSV and NDJSON have one row per line; the next page is in \`Link\`, and what the JSON has beside \`data\` in headers.`,
    content: {
      'application/json': { schema },
      'text/csv': csvContent,
      'application/x-ndjson': ndjsonContent,
    },
  };
}

const csvContent = {
  schema: z.string().meta({
    description:
      'One line with the names of the columns, then a line per row. All text is quoted, and an apostrophe stands before what a spreadsheet might run. With `format=excel` a spreadsheet leaves ids as they are.',
  }),
};
const ndjsonContent = {
  schema: z.string().meta({ description: 'One element of `data` per line, as JSON.' }),
};

/** For an answer that names the next page in `Link`, and is no list. */
export const linkHeader = { headers: { Link: { $ref: '#/components/headers/Link' } } };

export const problemResponses = {
  400: problemDeclaration('A parameter does not fit.'),
  401: problemDeclaration(
    'A key is needed and there is none (`unauthorized`), or the key is unknown, expired or revoked. See `API_AUTH` in the guide to access.',
  ),
  403: problemDeclaration('The key lacks the scope that the route needs (`forbidden`).'),
  406: problemDeclaration('None of the accepted formats is available.'),
  429: problemDeclaration('Too many requests of this key or address in a minute (`rate_limited`).'),
  500: problemDeclaration('An unexpected error.'),
  503: problemDeclaration(
    'The database is busy (`database_busy`) or away (`database_unavailable`), or no ledger is stored yet (`no_ledgers`), or the state of the network was not read yet (`not_synced`).',
  ),
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
