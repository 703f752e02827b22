import { csv, type Columns } from '@stellar-insights/wire';
import type { Context, MiddlewareHandler } from 'hono';
import { accepts } from 'hono/accepts';
import { ProblemError } from '../problems/problem-error.ts';

const JSON_TYPE = 'application/json';
const CSV_TYPE = 'text/csv';
const NDJSON_TYPE = 'application/x-ndjson';

interface Accept {
  readonly type: string;
  readonly q: number;
}

interface List {
  readonly data: readonly object[];
  readonly page: { readonly next_cursor: string | null };
  readonly as_of: object;
}

/** For an answer that is one JSON object. */
export const jsonOnly: MiddlewareHandler = async (context, next) => {
  negotiate(context, [JSON_TYPE]);
  await next();
};

/**
 * For a list, which its handler answers as JSON: as CSV or as one JSON object a line for whoever accepts that. What is beside
 * the rows goes into the headers `Link` and `X-As-Of`.
 */
export function listFormats(columns: Columns): MiddlewareHandler {
  return async (context, next) => {
    const type = negotiate(context, [JSON_TYPE, CSV_TYPE, NDJSON_TYPE]);
    await next();
    if (context.res.status !== 200) return;
    const list = (await context.res.clone().json()) as List;
    linkNextPage(context, list);
    if (type === JSON_TYPE) return;
    const { data, as_of: asOf } = list;
    const text =
      type === CSV_TYPE ? csv(data, columns) : data.map((row) => `${JSON.stringify(row)}\n`).join('');
    const { headers } = context.res;
    headers.set('Content-Type', `${type}; charset=utf-8`);
    headers.set('X-As-Of', JSON.stringify(asOf));
    context.res = new Response(text, { status: 200, headers });
  };
}

/** @throws ProblemError 406 */
function negotiate(context: Context, supports: string[]): string {
  context.header('Vary', 'Accept', { append: true });
  const [preferred = ''] = supports;
  const type = accepts(context, {
    header: 'Accept',
    supports,
    default: preferred,
    match: (accepted) => bestMatch(accepted, supports) ?? '',
  });
  if (type === '')
    throw new ProblemError(406, 'not_acceptable', `this is available as ${supports.join(', ')}`);
  return type;
}

/** What is accepted most, of equals what is named most exactly; a type named with q=0 is not accepted by any wildcard. */
function bestMatch(accepted: readonly Accept[], supports: readonly string[]): string | undefined {
  const refused = accepted.filter(({ q }) => q === 0).map(({ type }) => type.toLowerCase());
  const ranges = accepted
    .filter(({ q }) => q > 0)
    .map(({ type, q }) => ({ range: type.toLowerCase(), q, stars: type.split('*').length }))
    .toSorted((a, b) => b.q - a.q || a.stars - b.stars);
  for (const { range } of ranges) {
    const found = supports.find((type) => !refused.includes(type) && isInRange(type, range));
    if (found !== undefined) return found;
  }
  return undefined;
}

function isInRange(type: string, range: string): boolean {
  if (range === '*/*' || range === '*') return true;
  return range.endsWith('/*') ? type.startsWith(range.slice(0, -1)) : type === range;
}

function linkNextPage(context: Context, { page }: List): void {
  if (page.next_cursor === null) return;
  const { pathname, searchParams } = new URL(context.req.url);
  searchParams.set('cursor', page.next_cursor);
  context.header('Link', `<${pathname}?${searchParams.toString()}>; rel="next"`);
}
