import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { assetList, assetsQuery, type AssetList, type AssetsQuery } from '@stellar-insights/contract';
import type { AccountId } from '@stellar-insights/ledger';
import { ASSET_COLUMNS, renderAsset } from '@stellar-insights/wire';
import { z } from 'zod';
import { listFormats } from '../../answers/formats.ts';
import { answerKeptList, type StandingAnswer } from '../../answers/kept.ts';
import { pageCursor, parsePageCursor } from '../../answers/page-cursor.ts';
import { listResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { assetPlace, readAssetPage } from './asset-page.ts';

const route = createRoute({
  method: 'get',
  path: '/assets',
  operationId: 'listAssets',
  summary: 'Issued assets: who may hold them, and who holds how much',
  description: 'Each page shows the last reading; `as_of.cursor` is that of the first page.',
  tags: ['assets'],
  security: requires('read'),
  middleware: [listFormats],
  request: { query: assetsQuery },
  responses: { 200: listResponse(assetList, 'Assets.'), ...problemResponses },
});

export function assetListRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const answer = await answerAssets(context.get('route'), context.req.valid('query'));
    return answerKeptList(context, answer, ASSET_COLUMNS);
  });
}

async function answerAssets(context: RouteContext, query: AssetsQuery): Promise<StandingAnswer<AssetList>> {
  const { limit, cursor, code } = query;
  const by = query.sort === 'asset' ? 'asset' : 'trustlines';
  const page = cursor === undefined ? undefined : parsePageCursor(query, cursor, z.tuple(assetPlace(by)));
  const issuer = query.issuer as AccountId | undefined;
  const about = [code ?? null, issuer ?? null, by, limit, page?.place ?? null];
  const question = {
    kind: 'asset_list',
    sync: 'assets',
    schema: assetList,
    asOfCursor: page?.asOfCursor,
    about,
  } as const;
  return await answerState(context, question, async (tx, _sync, asOfCursor) => {
    const { rows, next } = await readAssetPage(tx, { by, code, issuer, start: page?.place, limit });
    const answer = {
      data: rows.map(renderAsset),
      page: { next_cursor: next ? pageCursor(query, { place: next, asOfCursor }) : null },
    };
    return { answer };
  });
}
