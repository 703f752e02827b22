import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import {
  corridorHistory,
  corridorHistoryQuery,
  corridorParameters,
  durationMs,
  type CorridorHistory,
  type CorridorHistoryQuery,
  type CorridorPoint,
} from '@stellar-insights/contract';
import type { SeparateCounts } from '@stellar-insights/analytics';
import { readCorridorHistory, type Window } from '@stellar-insights/db/corridors';
import { CORRIDOR_POINT_COLUMNS, isoTime, renderCounts, selectCounts } from '@stellar-insights/wire';
import { z } from 'zod';
import type { ApiEnv } from '../api-env.ts';
import { listFormats } from '../middleware/formats.ts';
import { LIVE } from '../middleware/revalidation.ts';
import { invalidCursor, pageCursor, placeOf } from '../paging/page-cursor.ts';
import { assetsOf, requireKnown, type CorridorAssets } from './corridor.ts';
import { jsonAnswer, notFound, problems, TABLE_NOTE } from './declare.ts';
import { overWindow, remembered, type Reads } from './window.ts';

const route = createRoute({
  method: 'get',
  path: '/corridors/{source}/{dest}/history',
  operationId: 'getCorridorHistory',
  summary: 'A corridor over time',
  description:
    'Oldest first, from the first ledger stored in the window. Every page of one list is of the same ledgers.',
  tags: ['corridors'],
  middleware: [listFormats(CORRIDOR_POINT_COLUMNS)],
  request: { params: corridorParameters, query: corridorHistoryQuery },
  responses: { 200: jsonAnswer(corridorHistory, `Points in time.${TABLE_NOTE}`), ...notFound, ...problems },
});

const place = z.tuple([z.int().min(1), z.int().min(0)]);
const NOTHING: SeparateCounts['self'] = { attempts: 0, successes: 0, delivered: 0n };

export function corridorHistoryRoute(reads: Reads) {
  return new OpenAPIHono<ApiEnv>().openapi(route, async (context) => {
    const query = context.req.valid('query');
    const assets = assetsOf(context.req.valid('param'));
    const answer = await remembered(reads, ['history', assets, query], () =>
      answerHistory(reads, assets, query),
    );
    return context.json(answer, 200, { 'Cache-Control': LIVE });
  });
}

async function answerHistory(
  { db }: Reads,
  assets: CorridorAssets,
  query: CorridorHistoryQuery,
): Promise<CorridorHistory> {
  const { window, include_self: includeSelf, cursor } = query;
  const intervalMs = durationMs(query.interval);
  const question = { ...assets, ...query };
  const [toLedger, start] = cursor === undefined ? [] : placeOf(question, cursor, place);
  return await overWindow(db, { window, alignMs: intervalMs, toLedger }, async (tx, span) => {
    await requireKnown(tx, assets);
    const part = partOf(span, start, intervalMs, query.limit);
    const counts = await readCorridorHistory(tx, { window: span, ...assets, intervalMs, part });
    const data: CorridorPoint[] = [];
    for (let from = part.from; from < part.to; from += intervalMs) {
      const counted = selectCounts(counts.get(from) ?? { others: NOTHING, self: NOTHING }, includeSelf);
      data.push({ from: isoTime(from), to: isoTime(from + intervalMs), ...renderCounts(counted) });
    }
    const next = part.to <= span.to ? pageCursor(question, [span.toLedger, part.to]) : null;
    return { data, page: { next_cursor: next } };
  });
}

/**
 * The intervals of one page: from (inclusive) to (exclusive), from the one of the first ledger stored to the one the span
 * ends in.
 */
function partOf(span: Window, start: number | undefined, intervalMs: number, limit: number) {
  const first = Math.floor(span.fromLedgerClosedAt / intervalMs) * intervalMs;
  const from = start ?? first;
  if (from < first || from > span.to || from % intervalMs !== 0) throw invalidCursor();
  const end = Math.floor(span.to / intervalMs) * intervalMs + intervalMs;
  return { from, to: Math.min(from + limit * intervalMs, end) };
}
