import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { anchorHistory, anchorHistoryQuery, anchorParameters } from '@stellar-insights/contract';
import { readAnchorHistory } from '@stellar-insights/db/anchors';
import { ANCHOR_SNAPSHOT_COLUMNS, isoTime, renderAnchorSnapshot } from '@stellar-insights/wire';
import { z } from 'zod';
import { listFormats } from '../../answers/formats.ts';
import { answerKeptList } from '../../answers/kept.ts';
import { cutPage } from '../../answers/list.ts';
import { pageCursor, parsePageCursor, timePart } from '../../answers/page-cursor.ts';
import { listResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { requireAnchor } from './anchor-problems.ts';

const route = createRoute({
  method: 'get',
  path: '/anchors/{anchor_id}/history',
  operationId: 'getAnchorHistory',
  summary: 'What an anchor was, newest first',
  description:
    'Status, issuers, assets and counts over time. A row is written when a reading finds that something has changed, and holds until the next one. All rows of eight days are kept, then the last one of each day.',
  tags: ['anchors'],
  security: requires('read'),
  middleware: [listFormats],
  request: { params: anchorParameters, query: anchorHistoryQuery },
  responses: { 200: listResponse(anchorHistory, 'Readings.'), ...notFoundResponse, ...problemResponses },
});

/** When the last row of the page before was written. */
const place = z.tuple([timePart]);

export function anchorHistoryRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const { anchor_id: id } = context.req.valid('param');
    const { limit, cursor } = context.req.valid('query');
    const list = { id };
    const page = cursor === undefined ? undefined : parsePageCursor(list, cursor, place);
    const [time] = page?.place ?? [];
    const before = time === undefined ? undefined : Date.parse(time);
    const about = [id, limit, time ?? null];
    const question = {
      kind: 'anchor_history',
      sync: 'anchors',
      schema: anchorHistory,
      asOfCursor: page?.asOfCursor,
      about,
    } as const;
    const answer = await answerState(context.get('route'), question, async (tx, _sync, asOfCursor) => {
      await requireAnchor(tx, id);
      const { rows, last } = cutPage(await readAnchorHistory(tx, { id, before, limit: limit + 1 }), limit);
      const next = last && { place: [isoTime(last.at)], asOfCursor };
      return {
        answer: {
          data: rows.map((row, index) =>
            renderAnchorSnapshot({ ...row, isComplete: before !== undefined || index > 0 }),
          ),
          page: { next_cursor: next ? pageCursor(list, next) : null },
        },
      };
    });
    return answerKeptList(context, answer, ANCHOR_SNAPSHOT_COLUMNS);
  });
}
