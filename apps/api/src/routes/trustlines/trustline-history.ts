import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  assetParameters,
  trustlineHistory,
  trustlineHistoryQuery,
  type TrustlineHistory,
  type TrustlineHistoryQuery,
} from '@stellar-insights/contract';
import { listAssetDays, readAsset, readAssetAt } from '@stellar-insights/db/assets';
import type { AssetId } from '@stellar-insights/ledger';
import { ASSET_DAY_COLUMNS, renderAssetDay } from '@stellar-insights/wire';
import { z } from 'zod';
import { listFormats } from '../../answers/formats.ts';
import { answerKeptList, type StandingAnswer } from '../../answers/kept.ts';
import { cutPage } from '../../answers/list.ts';
import { pageCursor, parsePageCursor } from '../../answers/page-cursor.ts';
import { periodOfRows } from '../../answers/period.ts';
import { listResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { assetNotFound } from '../assets/asset-page.ts';

const route = createRoute({
  method: 'get',
  path: '/trustlines/{asset}/history',
  operationId: 'getTrustlineHistory',
  summary: 'The trustlines of an asset day by day, oldest first',
  description:
    'Days of UTC on which something changed; what is listed holds until the next day of the list. With `from`, the list begins with the day whose figures held then. `to` is exclusive: for whole days, name the day after the last one. If both are the same, the list is at most the day whose figures held before.',
  tags: ['trustlines'],
  security: requires('read'),
  middleware: [listFormats],
  request: { params: assetParameters, query: trustlineHistoryQuery },
  responses: { 200: listResponse(trustlineHistory, 'Days.'), ...notFoundResponse, ...problemResponses },
});

const DAY_MS = 86_400_000;

/** The last day of the page. */
const place = z.tuple([z.iso.date().refine((day) => day >= '1970')]);

export function trustlineHistoryRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const asset = context.req.valid('param').asset as AssetId;
    const answer = await answerHistory(context.get('route'), asset, context.req.valid('query'));
    return answerKeptList(context, answer, ASSET_DAY_COLUMNS);
  });
}

async function answerHistory(
  context: RouteContext,
  asset: AssetId,
  query: TrustlineHistoryQuery,
): Promise<StandingAnswer<TrustlineHistory>> {
  const { limit, cursor } = query;
  const list = { asset, ...query };
  const page = cursor === undefined ? undefined : parsePageCursor(list, cursor, place);
  const [after] = page?.place ?? [];
  const about = [asset, query.from ?? null, query.to ?? null, limit, after ?? null];
  const question = {
    kind: 'trustline_history',
    sync: 'assets',
    schema: trustlineHistory,
    asOfCursor: page?.asOfCursor,
    about,
  } as const;
  return await answerState(context, question, async (tx, sync, asOfCursor) => {
    const period = await periodOfRows(query, (at) => readAssetAt(tx, { asset, at }));
    const options = { asset, ...period, after, limit: limit + 1 };
    const { rows, last } = cutPage(await listAssetDays(tx, options), limit);
    if (rows.length === 0 && (await readAsset(tx, asset)) === null) throw assetNotFound(asset);
    const readUntil = Math.min(sync.readAt, period.to ?? Infinity);
    const next = last && { place: [last.day], asOfCursor };
    const answer = {
      data: rows.map((row) => renderAssetDay({ ...row, isComplete: endOf(row.day) <= readUntil })),
      page: { next_cursor: next ? pageCursor(list, next) : null },
    };
    return { answer };
  });
}

/** `day`: as `2026-11-28`. In unix milliseconds. */
function endOf(day: string): number {
  return Date.parse(day) + DAY_MS;
}
