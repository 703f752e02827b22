import { csv, type Columns } from '@stellar-insights/wire';
import type { Context, TypedResponse } from 'hono';
import { REVALIDATED } from '../middleware/cache-control.ts';
import { answerContent } from './content.ts';
import { answerJson, nameCursor, weakTag, type SnapshotAnswer } from './json.ts';
import type { ApiEnv } from './route-context.ts';

/** A page of rows. */
export interface List extends SnapshotAnswer {
  readonly data: readonly object[];
  readonly page: { readonly next_cursor: string | null };
  /** The reading of the network that it shows, in an answer about one. */
  readonly state?: object | null;
}

/**
 * Answers a list in the format that was negotiated: as JSON, or as CSV or NDJSON with one row per line. `Link` names the
 * next page, `X-Log-Cursor` the place in the event log; in CSV and NDJSON `X-As-Of` has `as_of`, and
 * `X-State` has `state`. A route declares the JSON only.
 */
export function answerList<Page extends List>(
  context: Context<ApiEnv>,
  list: Page,
  columns: Columns,
): TypedResponse<Page, 200, 'json'> {
  const format = context.get('format');
  const { next_cursor: cursor } = list.page;
  if (cursor !== null) linkNext(context, { cursor });
  if (format === 'application/json') return answerJson(context, list, REVALIDATED);
  context.header('Cache-Control', REVALIDATED);
  if (list.as_of !== undefined) context.header('X-As-Of', JSON.stringify(list.as_of));
  if (list.state !== undefined) context.header('X-State', JSON.stringify(list.state));
  nameCursor(context, list);
  const text = format === 'text/csv' ? csv(list.data, columns) : ndjson(list.data);
  const headers = { 'Content-Type': `${format}; charset=utf-8`, ETag: weakTag(text) };
  return answerContent(context, text, headers) as never;
}

/** The order that `sort` names; `-` means descending. */
export function orderOf<By extends string>(sort: By | `-${By}`): { by: By; descending: boolean } {
  const descending = sort.startsWith('-');
  return { by: (descending ? sort.slice(1) : sort) as By, descending };
}

/** The rows of one page, and the last of them if more rows follow. `fetched`: up to one row more than the limit. */
export function cutPage<Row>(fetched: readonly Row[], limit: number): { rows: Row[]; last: Row | undefined } {
  const rows = fetched.slice(0, limit);
  return { rows, last: fetched.length > limit ? rows.at(-1) : undefined };
}

/** The rows with their ranks; `before`: how many rows the pages before had. */
export function ranked<Row extends object>(
  rows: readonly Row[],
  before: number,
): (Row & { readonly rank: number })[] {
  return rows.map((row, index) => ({ rank: before + index + 1, ...row }));
}

function ndjson(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** Names the next page in `Link`: this one with other parameters. */
export function linkNext(context: Context, parameters: Readonly<Record<string, string>>): void {
  const { pathname, searchParams } = new URL(context.req.url);
  for (const [name, value] of Object.entries(parameters)) searchParams.set(name, value);
  context.header('Link', `<${pathname}?${searchParams.toString()}>; rel="next"`);
}
