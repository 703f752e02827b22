import type { Columns } from '@stellar-insights/wire';
import type { Context, TypedResponse } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { HotAnswer } from '../cache/hot-answers.ts';
import type { KeptAnswer } from '../cache/kept-answer.ts';
import { REVALIDATED } from '../middleware/cache-control.ts';
import { answerContent } from './content.ts';
import type { FreshReads } from './fresh-reads.ts';
import { CURSOR_HEADER } from './json.ts';
import { answerList, nextLink, type List } from './list.ts';
import type { ApiEnv, Services } from './route-context.ts';

/** An answer that is kept, before it is put into a response. */
export type StandingAnswer<Answer> = Omit<HotAnswer<Answer>, 'headers' | 'isNegotiated'>;

/**
 * Sends the answer that was sent last to an equal request, if the state is still the same. It stands behind what decides who may
 * ask, and before the routes: nothing of the question is parsed, checked or looked up again.
 */
export function sendHot(services: Services, freshReads: FreshReads) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const { db, cache } = services;
    const answer = cache?.hot.get(questionOf(context));
    const stands = db && (await answer?.stands({ db, freshReads, signal: context.get('signal') }));
    if (cache === undefined || answer === undefined || stands !== true) return await next();
    cache.statistics.count(answer.kind, 'hits');
    if (answer.isNegotiated) context.header('Vary', 'Accept', { append: true });
    return answerContent(context, answer.kept, answer.headers);
  });
}

/** Answers with the bytes of a kept answer. The type is that of the JSON. */
export function answerKept<Answer>(
  context: Context<ApiEnv>,
  answer: StandingAnswer<Answer>,
): TypedResponse<Answer, 200, 'json'> {
  const headers = headersOf(answer.kept, context);
  const isNegotiated = context.req.query('format') === undefined;
  // `sendHot` finds it for the next request that is equal.
  context.get('route').cache.hot.keep(questionOf(context), { ...answer, headers, isNegotiated });
  return answerContent(context, answer.kept, headers) as never;
}

/** As `answerList`, of a kept list: only its JSON is ready. */
export function answerKeptList<Page extends List>(
  context: Context<ApiEnv>,
  answer: StandingAnswer<Page>,
  columns: Columns,
): TypedResponse<Page, 200, 'json'> {
  if (context.get('format') === 'json') return answerKept(context, answer);
  return answerList(context, answer.kept.parse(), columns);
}

/** As `answerList` and `answerJson` have them. */
function headersOf(
  { tag, cursor, nextCursor }: KeptAnswer,
  { req }: Context<ApiEnv>,
): Record<string, string> {
  return {
    'Cache-Control': REVALIDATED,
    ETag: tag,
    'Content-Type': 'application/json',
    ...(cursor !== '' && { [CURSOR_HEADER]: cursor }),
    ...(nextCursor !== '' && { Link: nextLink(req.url, { cursor: nextCursor }) }),
  };
}

/** What decides the answer: the URL, with what names the format. */
function questionOf({ req }: Context<ApiEnv>): string {
  const { method, url } = req;
  const place = url.slice(url.indexOf('/', url.indexOf('//') + 2));
  return `${method === 'HEAD' ? 'GET' : method} ${place} ${req.header('Accept') ?? ''}`;
}
