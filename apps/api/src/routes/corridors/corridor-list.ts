import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  assetParameter,
  corridorList,
  corridorsQuery,
  ledgerSequence,
  type CorridorList,
  type CorridorsQuery,
} from '@stellar-insights/contract';
import { readCorridorHealth } from '@stellar-insights/db/corridor-states';
import { listCorridors, type CorridorOrder } from '@stellar-insights/db/corridors';
import type { AssetId } from '@stellar-insights/ledger';
import { CORRIDOR_COLUMNS, renderCorridor, renderHealth } from '@stellar-insights/wire';
import { z } from 'zod';
import { listFormats } from '../../answers/formats.ts';
import { answerKeptList, type StandingAnswer } from '../../answers/kept.ts';
import { cutPage, orderOf } from '../../answers/list.ts';
import { pageCursor, parsePageCursor } from '../../answers/page-cursor.ts';
import { listResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { answerWindow, timeAsked } from '../../answers/window.ts';
import { requires } from '../../middleware/auth.ts';

const route = createRoute({
  method: 'get',
  path: '/corridors',
  operationId: 'listCorridors',
  summary: 'Corridors with their success rates',
  description: 'All pages of one list are made from the same ledgers.',
  tags: ['corridors'],
  security: requires('read'),
  middleware: [listFormats],
  request: { query: corridorsQuery },
  responses: { 200: listResponse(corridorList, 'Corridors.'), ...problemResponses },
});

/** The newest ledger of the window; the value that the list is ordered by, an exact decimal; the corridor. */
const place = z.tuple([
  ledgerSequence,
  z.string().regex(/^[0-9]{1,40}(\.[0-9]{1,40})?$/),
  assetParameter,
  assetParameter,
]);

export function corridorListRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const query = context.req.valid('query');
    const answer = await answerCorridors(context.get('route'), query);
    return answerKeptList(context, answer, CORRIDOR_COLUMNS);
  });
}

async function answerCorridors(
  context: RouteContext,
  query: CorridorsQuery,
): Promise<StandingAnswer<CorridorList>> {
  const { window, from, to, include_self: includeSelf, min_attempts: minAttempts, limit, cursor } = query;
  const time = timeAsked({ window, from, to });
  const filters = [query.source_asset ?? null, query.dest_asset ?? null, includeSelf, minAttempts];
  const list = { time, filters, sort: query.sort };
  const page = cursor === undefined ? undefined : parsePageCursor(list, cursor, place);
  const [toLedger, value, ...assets] = page?.place ?? [];
  const [sourceAsset, destAsset] = assets as AssetId[];
  // The cursor of the next page is of this window only, though others begin in the same bucket.
  const about = [list, limit, value ?? null, assets];
  const question = {
    kind: 'corridor_list' as const,
    schema: corridorList,
    time,
    toLedger,
    asOfCursor: page?.asOfCursor,
    about,
  };
  return await answerWindow(context, question, async (tx, resolved, asOfCursor) => {
    const fetched = await listCorridors(tx, {
      window: resolved,
      includeSelf,
      minAttempts,
      sourceAsset: query.source_asset as AssetId | undefined,
      destAsset: query.dest_asset as AssetId | undefined,
      order: orderOf<CorridorOrder['by']>(query.sort),
      after:
        value === undefined || !sourceAsset || !destAsset ? undefined : { value, sourceAsset, destAsset },
      limit: limit + 1,
    });
    const { rows, last } = cutPage(fetched, limit);
    const next = last && [resolved.newest, last.place.value, last.place.sourceAsset, last.place.destAsset];
    const healthOf = await readCorridorHealth(tx, rows);
    return {
      data: rows.map((row) => ({
        ...renderCorridor(row, includeSelf),
        health: renderHealth(healthOf(row)),
      })),
      page: { next_cursor: next ? pageCursor(list, { place: next, asOfCursor }) : null },
    };
  });
}
