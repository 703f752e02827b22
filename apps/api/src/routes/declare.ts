import { problem } from '@stellar-insights/contract';
import type { z } from 'zod';
import { PROBLEM_TYPE } from '../problems/problem-document.ts';

/** The answers of a route, as the OpenAPI document has them. */
export function jsonAnswer<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** A list's other formats; they are made of its JSON. */
export const TABLE_NOTE =
  ' Also as `text/csv` and `application/x-ndjson`: one row a line, with the next page in `Link` and `as_of` in `X-As-Of`.';

export const problems = {
  400: problemAnswer('A parameter does not fit.'),
  406: problemAnswer('No format is acceptable.'),
  500: problemAnswer('An unexpected error.'),
  503: problemAnswer('The database is away, or no ledger is stored yet.'),
  504: problemAnswer('The answer took too long.'),
};

export const notFound = { 404: problemAnswer('Nothing of that kind is stored.') };

function problemAnswer(description: string) {
  return { description, content: { [PROBLEM_TYPE]: { schema: problem } } };
}
