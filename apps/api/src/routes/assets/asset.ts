import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { assetDetail, assetParameters, noQuery, type AssetDetail } from '@stellar-insights/contract';
import { readAsset } from '@stellar-insights/db/assets';
import { readAssetPrices } from '@stellar-insights/db/pools';
import { readStateSync } from '@stellar-insights/db/state-syncs';
import type { AssetId } from '@stellar-insights/ledger';
import { renderAsset, renderAssetValue } from '@stellar-insights/wire';
import { jsonOnly } from '../../answers/formats.ts';
import { answerKept, type StandingAnswer } from '../../answers/kept.ts';
import { jsonResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { answerState, currentSync, renderState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { assetNotFound } from './asset-page.ts';

const route = createRoute({
  method: 'get',
  path: '/assets/{asset}',
  operationId: 'getAsset',
  summary: 'One issued asset, with its price in liquidity pools',
  description:
    '`value` is of the last reading of the pools (see `/liquidity-pools`), which `value_state` is about; everything else is of that of the assets, which `state` is about.',
  tags: ['assets'],
  security: requires('read'),
  middleware: [jsonOnly],
  request: { params: assetParameters, query: noQuery },
  responses: { 200: jsonResponse(assetDetail, 'The asset.'), ...notFoundResponse, ...problemResponses },
});

export function assetRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const asset = context.req.valid('param').asset as AssetId;
    return answerKept(context, await answerAsset(context.get('route'), asset));
  });
}

async function answerAsset(context: RouteContext, asset: AssetId): Promise<StandingAnswer<AssetDetail>> {
  // With another reading of the pools it is another question, so a kept answer never has an old price.
  const beside = { sync: 'pools', reading: await currentSync(context, 'pools') } as const;
  const question = { kind: 'asset', sync: 'assets', schema: assetDetail, about: [asset], beside } as const;
  return await answerState(context, question, async (tx) => {
    const statistics = await readAsset(tx, asset);
    if (statistics === null) throw assetNotFound(asset);
    const prices = await readAssetPrices(tx, [asset]);
    const sync = await readStateSync(tx, 'pools');
    return {
      answer: {
        data: { ...renderAsset(statistics), value: renderAssetValue(prices.get(asset)) },
        value_state: sync && renderState(sync),
      },
    };
  });
}
