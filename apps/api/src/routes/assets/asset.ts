import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { assetDetail, assetParameters, noQuery } from '@stellar-insights/contract';
import { readAsset } from '@stellar-insights/db/assets';
import { readAssetPrices } from '@stellar-insights/db/pools';
import type { AssetId } from '@stellar-insights/ledger';
import { renderAsset, renderAssetValue } from '@stellar-insights/wire';
import { jsonOnly } from '../../answers/formats.ts';
import { answerJson } from '../../answers/json.ts';
import { jsonResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { REVALIDATED } from '../../middleware/cache-control.ts';
import { assetNotFound } from './asset-page.ts';

const route = createRoute({
  method: 'get',
  path: '/assets/{asset}',
  operationId: 'getAsset',
  summary: 'One issued asset, with its price in liquidity pools',
  description:
    '`value` is of the last reading of the pools (see `/liquidity-pools`), everything else of that of the assets, which `state` is about.',
  tags: ['assets'],
  security: requires('read'),
  middleware: [jsonOnly],
  request: { params: assetParameters, query: noQuery },
  responses: { 200: jsonResponse(assetDetail, 'The asset.'), ...notFoundResponse, ...problemResponses },
});

export function assetRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const asset = context.req.valid('param').asset as AssetId;
    const question = { kind: 'asset', sync: 'assets', schema: assetDetail, about: [asset] } as const;
    const answer = await answerState(context.get('route'), question, async (tx) => {
      const statistics = await readAsset(tx, asset);
      if (statistics === null) throw assetNotFound(asset);
      const prices = await readAssetPrices(tx, [asset]);
      return { answer: { data: { ...renderAsset(statistics), value: renderAssetValue(prices.get(asset)) } } };
    });
    return answerJson(context, answer, REVALIDATED);
  });
}
