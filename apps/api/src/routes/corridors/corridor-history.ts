import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { SeparateCounts } from '@stellar-insights/analytics';
import {
  corridorHistory,
  corridorHistoryQuery,
  corridorParameters,
  ledgerSequence,
  type CorridorHistory,
  type CorridorHistoryQuery,
  type CorridorPoint,
} from '@stellar-insights/contract';
import { readCorridorHistory, type Window } from '@stellar-insights/db/corridors';
import { CORRIDOR_POINT_COLUMNS, isoTime, renderCounts, selectCounts } from '@stellar-insights/wire';
import { z } from 'zod';
import { listFormats } from '../../answers/formats.ts';
import { answerKeptList, type StandingAnswer } from '../../answers/kept.ts';
import { invalidCursor, pageCursor, parsePageCursor } from '../../answers/page-cursor.ts';
import { listResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { answerWindow, timeAsked } from '../../answers/window.ts';
import { assetsOf, requireKnown, type CorridorAssets } from './corridor-assets.ts';
import { requires } from '../../middleware/auth.ts';

const route = createRoute({
  method: 'get',
  path: '/corridors/{source}/{dest}/history',
  operationId: 'getCorridorHistory',
  summary: 'A corridor over time',
  description:
    'Oldest first, from the first ledger stored in the time asked for. Points shorter than an hour, or than a day, begin where counts as short are kept (by default 7 and 90 days back); `window.from` names it. All pages of one list are made from the same ledgers.',
  tags: ['corridors'],
  security: requires('read'),
  middleware: [listFormats],
  request: { params: corridorParameters, query: corridorHistoryQuery },
  responses: {
    200: listResponse(corridorHistory, 'Points in time.'),
    ...notFoundResponse,
    ...problemResponses,
  },
});

/** The newest ledger of the window, and where the page begins, in unix milliseconds. */
const place = z.tuple([ledgerSequence, z.int().nonnegative()]);
const NOTHING: SeparateCounts['self'] = { attempts: 0, successes: 0, delivered: 0n };

export function corridorHistoryRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const query = context.req.valid('query');
    const assets = assetsOf(context.req.valid('param'));
    const answer = await answerHistory(context.get('route'), assets, query);
    return answerKeptList(context, answer, CORRIDOR_POINT_COLUMNS);
  });
}

async function answerHistory(
  context: RouteContext,
  assets: CorridorAssets,
  query: CorridorHistoryQuery,
): Promise<StandingAnswer<CorridorHistory>> {
  const {
    window: windowMs,
    from,
    to,
    interval: intervalMs,
    include_self: includeSelf,
    limit,
    cursor,
  } = query;
  const time = timeAsked({ window: windowMs, from, to });
  const list = { ...assets, time, includeSelf, intervalMs };
  const page = cursor === undefined ? undefined : parsePageCursor(list, cursor, place);
  const [toLedger, start] = page?.place ?? [];
  // The cursor of the next page is of this window only, though others begin in the same bucket.
  const about = [list, limit, start ?? null];
  const end = { toLedger, asOfCursor: page?.asOfCursor };
  const question = {
    kind: 'corridor_history' as const,
    schema: corridorHistory,
    time,
    alignMs: intervalMs,
    ...end,
    about,
  };
  return await answerWindow(context, question, async (tx, window, asOfCursor) => {
    await requireKnown(tx, assets);
    const part = partOf(window, start, intervalMs, limit);
    const counts = await readCorridorHistory(tx, { window, ...assets, intervalMs, part });
    const data: CorridorPoint[] = [];
    for (let begin = part.from; begin < part.to; begin += intervalMs) {
      const counted = selectCounts(counts.get(begin) ?? { others: NOTHING, self: NOTHING }, includeSelf);
      data.push({
        from: isoTime(begin),
        to: isoTime(begin + intervalMs),
        is_complete: window.end !== null || begin + intervalMs <= window.to,
        ...renderCounts(counted),
      });
    }
    const next = { place: [window.newest, part.to], asOfCursor };
    return { data, page: { next_cursor: part.to < part.end ? pageCursor(list, next) : null } };
  });
}

/**
 * The time of one page, from (inclusive) to (exclusive), and where the list ends. The list starts with the interval of the
 * first ledger stored, and has no interval if there is none.
 */
function partOf(window: Window, start: number | undefined, intervalMs: number, limit: number) {
  const begin = floor(window.fromLedgerClosedAt, intervalMs);
  const end = window.end ?? floor(window.to, intervalMs) + intervalMs;
  const first = window.isEmpty ? end : begin;
  const from = start ?? first;
  if (start !== undefined && (start < first || start >= end || start % intervalMs !== 0))
    throw invalidCursor();
  return { from, to: Math.min(from + limit * intervalMs, end), end };
}

function floor(time: number, intervalMs: number): number {
  return Math.floor(time / intervalMs) * intervalMs;
}
