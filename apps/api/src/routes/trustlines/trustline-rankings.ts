import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  trustlineRankings,
  trustlineRankingsQuery,
  type TrustlineRankings,
  type TrustlineRankingsQuery,
} from '@stellar-insights/contract';
import { ASSET_COLUMNS, renderAsset } from '@stellar-insights/wire';
import { z } from 'zod';
import { listFormats } from '../../answers/formats.ts';
import { answerKeptList, type StandingAnswer } from '../../answers/kept.ts';
import { ranked } from '../../answers/list.ts';
import { pageCursor, parsePageCursor, rankPart } from '../../answers/page-cursor.ts';
import { listResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { assetPlace, readAssetPage } from '../assets/asset-page.ts';

const route = createRoute({
  method: 'get',
  path: '/trustlines/rankings',
  operationId: 'rankTrustlines',
  summary: 'Assets by their trustlines',
  description: 'Each page shows the last reading; `as_of.cursor` is that of the first page.',
  tags: ['trustlines'],
  security: requires('read'),
  middleware: [listFormats],
  request: { query: trustlineRankingsQuery },
  responses: { 200: listResponse(trustlineRankings, 'Assets with their ranks.'), ...problemResponses },
});

export function trustlineRankingsRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const answer = await answerRankings(context.get('route'), context.req.valid('query'));
    return answerKeptList(context, answer, ['rank', ...ASSET_COLUMNS]);
  });
}

async function answerRankings(
  context: RouteContext,
  query: TrustlineRankingsQuery,
): Promise<StandingAnswer<TrustlineRankings>> {
  const { limit, cursor, by } = query;
  const place = z.tuple([rankPart, ...assetPlace(by)]);
  const page = cursor === undefined ? undefined : parsePageCursor(query, cursor, place);
  const before = page?.place[0] ?? 0;
  const start = page && ([page.place[1], page.place[2]] as const);
  const about = [by, limit, page?.place ?? null];
  const question = {
    kind: 'trustline_rankings',
    sync: 'assets',
    schema: trustlineRankings,
    asOfCursor: page?.asOfCursor,
    about,
  } as const;
  return await answerState(context, question, async (tx, _sync, asOfCursor) => {
    const { rows, next } = await readAssetPage(tx, { by, start, limit });
    const end = next && { place: [before + rows.length, ...next], asOfCursor };
    const answer = {
      data: ranked(rows.map(renderAsset), before),
      page: { next_cursor: end ? pageCursor(query, end) : null },
    };
    return { answer };
  });
}
