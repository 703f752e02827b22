import type { AsOf } from '@stellar-insights/contract';
import { csv, type Columns } from '@stellar-insights/wire';
import type { Context, TypedResponse } from 'hono';
import { NOT_STORED, REVALIDATED } from '../middleware/cache-control.ts';
import { answerContent } from './content.ts';
import { MEDIA_TYPES } from './formats.ts';
import { answerJson, nameCursor, weakTag } from './json.ts';
import type { ApiEnv } from './route-context.ts';
import { ndjson, streamList, type StreamedPage } from './stream-list.ts';

/** A page of rows. */
export interface List extends StreamedPage {
  /** The reading of the network that it shows, in an answer about one. */
  readonly state?: object | null;
}

/**
 * Answers a list in the format that was negotiated: as JSON, or as CSV or NDJSON with one row per line. `Link` names the
 * next page, `X-Log-Cursor` the place in the event log; in CSV and NDJSON `X-As-Of` has `as_of`, and
 * `X-State` has `state`. The type is that of the JSON. `next`, of a list that can be streamed, reads the page that a cursor
 * leads to.
 */
export function answerList<Page extends List>(
  context: Context<ApiEnv>,
  list: Page,
  columns: Columns,
  next?: (cursor: string) => Promise<Page>,
): TypedResponse<Page, 200, 'json'> {
  const format = context.get('format');
  const isStreamed = format === 'ndjson-stream' && next !== undefined;
  const { next_cursor: cursor } = list.page;
  if (cursor !== null && !isStreamed) linkNext(context, { cursor });
  if (format === 'json') return answerJson(context, list, REVALIDATED);
  if (list.as_of !== undefined) context.header('X-As-Of', JSON.stringify(list.as_of));
  if (list.state !== undefined) context.header('X-State', JSON.stringify(list.state));
  nameCursor(context, list);
  const headers = { 'Content-Type': `${MEDIA_TYPES[format]}; charset=utf-8` };
  if (isStreamed) {
    const parts = streamList<Page>(list, { next, takesAnother: context.get('takesAnotherPage') });
    return answerContent(context, parts, { ...headers, 'Cache-Control': NOT_STORED }) as never;
  }
  const isCsv = format === 'csv' || format === 'excel';
  if (isCsv) context.header('Content-Disposition', `attachment; filename="${fileName(context, list.as_of)}"`);
  const text = isCsv ? csv(list.data, columns, format) : ndjson(list.data);
  const revalidated = { 'Cache-Control': REVALIDATED, ETag: weakTag(text) };
  return answerContent(context, text, { ...headers, ...revalidated }) as never;
}

/** Says what the file holds: the path of the list, with ids cut short, and the ledgers. */
function fileName({ req }: Context<ApiEnv>, asOf: AsOf | undefined): string {
  const path = decodeURIComponent(new URL(req.url).pathname).replace('/api/v1/', '');
  const name = path.replaceAll(/\b([A-Z2-7]{8})[A-Z2-7]{48}\b|\b([0-9a-f]{8})[0-9a-f]{56}\b/g, '$1$2');
  const ledgers = asOf === undefined ? '' : `-ledgers-${asOf.from_ledger}-${asOf.to_ledger}`;
  return `${name.replaceAll(/[^A-Za-z0-9.]+/g, '-')}${ledgers}.csv`;
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

/** Names the next page in `Link`. */
export function linkNext(context: Context, parameters: Readonly<Record<string, string>>): void {
  context.header('Link', nextLink(context.req.url, parameters));
}

/** The URL of the next page, which is this one with other parameters, as `Link` has it. */
export function nextLink(url: string, parameters: Readonly<Record<string, string>>): string {
  const { pathname, searchParams } = new URL(url);
  for (const [name, value] of Object.entries(parameters)) searchParams.set(name, value);
  return `<${pathname}?${searchParams.toString()}>; rel="next"`;
}
