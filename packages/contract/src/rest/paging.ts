import { z } from 'zod';

const MOST_ROWS = 200;
const DEFAULT_ROWS = 50;

/** Every list has them. */
export const pagingParameters = {
  limit: z
    .string()
    .regex(/^[0-9]{1,3}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(MOST_ROWS))
    .prefault(String(DEFAULT_ROWS))
    .meta({
      type: 'integer',
      minimum: 1,
      maximum: MOST_ROWS,
      default: DEFAULT_ROWS,
      pattern: undefined,
      description: 'Rows at most.',
    }),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,1024}$/, 'expected the `next_cursor` of a page')
    .optional()
    .meta({ description: 'The `next_cursor` of the page before, with all other parameters as they were.' }),
};

/** Null on the last page. */
export const page = z.object({ next_cursor: z.string().nullable() }).meta({
  id: 'Page',
  description: 'Pass `next_cursor` as `cursor` to get the next page; null on the last one.',
});
