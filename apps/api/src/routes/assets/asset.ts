import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  assetDetail,
  assetParameters,
  noQuery,
  type AssetDetail,
  type State,
} from '@stellar-insights/contract';
import { readAsset } from '@stellar-insights/db/assets';
import { readAssetPrices } from '@stellar-insights/db/pools';
import { readStateSync, type StateSync } from '@stellar-insights/db/state-syncs';
import type { AssetId } from '@stellar-insights/ledger';
import { isoTime, renderAsset, renderAssetValue } from '@stellar-insights/wire';
import { jsonOnly } from '../../answers/formats.ts';
import { answerJson } from '../../answers/json.ts';
import { jsonResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { answerState, currentSync, renderState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { REVALIDATED } from '../../middleware/cache-control.ts';
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
    return answerJson(context, await answerAsset(context.get('route'), asset), REVALIDATED);
  });
}

async function answerAsset(context: RouteContext, asset: AssetId): Promise<AssetDetail> {
  const pools = await currentSync(context, 'pools');
  // With another reading of the pools it is another question, so a kept answer never has an old price.
  const about = [asset, pools && String(pools.revision)];
  const question = { kind: 'asset', sync: 'assets', schema: assetDetail, about } as const;
  const answer = await answerState(context, question, async (tx) => {
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
  return { ...answer, value_state: asOfNow(answer.value_state, pools) };
}

/** Whether a kept reading is stale, if it is the current one; a later one was judged as it was read. */
function asOfNow(reading: State, current: StateSync | null): State {
  if (reading === null || current === null || reading.read_at !== isoTime(current.readAt)) return reading;
  return { ...reading, is_stale: current.isStale };
}
