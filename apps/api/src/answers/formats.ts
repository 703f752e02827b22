import { FORMATS, type ListFormat } from '@stellar-insights/contract';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { createMiddleware } from 'hono/factory';
import { ProblemError } from './problem.ts';
import type { ApiEnv } from './route-context.ts';

export type Format = ListFormat | 'event-stream';

/** What `Content-Type` says. */
export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  excel: 'text/csv',
  ndjson: 'application/x-ndjson',
  'ndjson-stream': 'application/x-ndjson',
  'event-stream': 'text/event-stream',
};

interface Accept {
  readonly type: string;
  readonly q: number;
}

/** For an answer that is one JSON object. */
export const jsonOnly = negotiated(['json']);

/** For a list; `answerList` renders it in the format that was negotiated. `format` in the query goes before `Accept`. */
export const listFormats = negotiated(['json', 'csv', 'ndjson'], FORMATS);

/** For a stream of server-sent events. */
export const eventStreamOnly = negotiated(['event-stream']);

/** Chooses the format before the answer is made. The first one is the default. A `format` that is none is refused later. */
function negotiated(supports: readonly Format[], names: readonly Format[] = []) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const named = context.req.query('format');
    context.set('format', names.find((format) => format === named) ?? negotiate(context, supports));
    await next();
  });
}

/** @throws ProblemError 406 */
function negotiate(context: Context, formats: readonly Format[]): Format {
  context.header('Vary', 'Accept', { append: true });
  const supports = formats.map((format) => MEDIA_TYPES[format]);
  const [preferred = ''] = supports;
  const type = accepts(context, {
    header: 'Accept',
    supports,
    default: preferred,
    match: (accepted) => bestMatch(accepted, supports) ?? '',
  });
  const format = formats.find((each) => MEDIA_TYPES[each] === type);
  if (format !== undefined) return format;
  throw new ProblemError(406, 'not_acceptable', `this is available as ${supports.join(', ')}`);
}

/**
 * The type with the highest q; among equals the type that is named most exactly. A type with q=0 is not accepted, whatever
 * a wildcard says.
 */
function bestMatch(accepted: readonly Accept[], supports: readonly string[]): string | undefined {
  const refused = accepted.filter(({ q }) => q === 0).map(({ type }) => type.toLowerCase());
  const ranges = accepted
    .filter(({ q }) => q > 0)
    .map(({ type, q }) => ({ range: type.toLowerCase(), q, stars: type.split('*').length }))
    .toSorted((a, b) => b.q - a.q || a.stars - b.stars);
  for (const { range } of ranges) {
    const match = supports.find((type) => !refused.includes(type) && isInRange(type, range));
    if (match !== undefined) return match;
  }
  return undefined;
}

function isInRange(type: string, range: string): boolean {
  if (range === '*/*' || range === '*') return true;
  return range.endsWith('/*') ? type.startsWith(range.slice(0, -1)) : type === range;
}
