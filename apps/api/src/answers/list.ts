import { csv, type Columns } from '@stellar-insights/wire';
import type { Context, TypedResponse } from 'hono';
import { REVALIDATED } from '../middleware/cache-control.ts';
import type { ApiEnv } from './route-context.ts';

/** A page of rows. */
export interface List {
  readonly data: readonly object[];
  readonly page: { readonly next_cursor: string | null };
  readonly as_of: object;
}

/**
 * Answers a list in the format that was negotiated: as JSON, or as CSV or NDJSON with one row per line. `Link` names the
 * next page; in CSV and NDJSON `X-As-Of` has `as_of`. A route declares the JSON only.
 */
export function answerList<Page extends List>(
  context: Context<ApiEnv>,
  list: Page,
  columns: Columns,
): TypedResponse<Page, 200, 'json'> {
  const format = context.get('format');
  context.header('Cache-Control', REVALIDATED);
  linkNextPage(context, list);
  if (format === 'application/json') return context.json(list, 200) as never;
  context.header('X-As-Of', JSON.stringify(list.as_of));
  const text = format === 'text/csv' ? csv(list.data, columns) : ndjson(list.data);
  return context.body(text, 200, { 'Content-Type': `${format}; charset=utf-8` }) as never;
}

/** The rows of one page, and the last of them if more rows follow. `fetched`: up to one row more than the limit. */
export function cutPage<Row>(fetched: readonly Row[], limit: number): { rows: Row[]; last: Row | undefined } {
  const rows = fetched.slice(0, limit);
  return { rows, last: fetched.length > limit ? rows.at(-1) : undefined };
}

function ndjson(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function linkNextPage(context: Context, { page }: List): void {
  if (page.next_cursor === null) return;
  const { pathname, searchParams } = new URL(context.req.url);
  searchParams.set('cursor', page.next_cursor);
  context.header('Link', `<${pathname}?${searchParams.toString()}>; rel="next"`);
}
