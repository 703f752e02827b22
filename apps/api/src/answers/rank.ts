import { z } from 'zod';

/** The rank of the last row of a page. */
export const rank = z.int().min(1).max(10_000_000);

/** The rows with their ranks; `before`: how many rows the pages before had. */
export function ranked<Row extends object>(
  rows: readonly Row[],
  before: number,
): (Row & { readonly rank: number })[] {
  return rows.map((row, index) => ({ rank: before + index + 1, ...row }));
}
