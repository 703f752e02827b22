import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  anchorList,
  anchorParameters,
  anchorsQuery,
  type AnchorList,
  type AnchorsQuery,
} from '@stellar-insights/contract';
import { listAnchors, type AnchorListOptions } from '@stellar-insights/db/anchors';
import type { AccountId, AssetId } from '@stellar-insights/ledger';
import { ANCHOR_COLUMNS, renderAnchor } from '@stellar-insights/wire';
import { z } from 'zod';
import { listFormats } from '../../answers/formats.ts';
import { answerKeptList, type StandingAnswer } from '../../answers/kept.ts';
import { cutPage, orderOf } from '../../answers/list.ts';
import { pageCursor, parsePageCursor } from '../../answers/page-cursor.ts';
import { listResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { withWindows } from './with-windows.ts';

const route = createRoute({
  method: 'get',
  path: '/anchors',
  operationId: 'listAnchors',
  summary: 'Anchors, with the success rates of their corridors',
  description:
    'An anchor is in the list if it was registered, or if an issuer and the stellar.toml of its home domain have named each other. Each page shows the last reading; `as_of.cursor` is that of the first page.',
  tags: ['anchors'],
  security: requires('read'),
  middleware: [listFormats],
  request: { query: anchorsQuery },
  responses: { 200: listResponse(anchorList, 'Anchors.'), ...problemResponses },
});

/** What the list can be ordered by, exact: a rate is of 0 to 1, and without attempts it is below or above these. */
const VALUES = {
  attempted: /^[0-9]{1,15}$/,
  failed: /^[0-9]{1,15}$/,
  success_rate: /^(-1|2|[01](\.[0-9]{1,40})?)$/,
  id: /^0$/,
} as const;

export function anchorListRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const answer = await answerAnchors(context.get('route'), context.req.valid('query'));
    return answerKeptList(context, answer, ANCHOR_COLUMNS);
  });
}

async function answerAnchors(
  context: RouteContext,
  query: AnchorsQuery,
): Promise<StandingAnswer<AnchorList>> {
  const { status, origin, window, limit, cursor } = query;
  const order = orderOf<AnchorListOptions['by']>(query.sort);
  const place = z.tuple([z.string().regex(VALUES[order.by]), anchorParameters.shape.anchor_id]);
  const page = cursor === undefined ? undefined : parsePageCursor(query, cursor, place);
  const asset = query.asset as AssetId | undefined;
  const issuer = query.issuer as AccountId | undefined;
  const filters = { status, origin, asset, issuer };
  const about = [filters, query.sort, window, limit, page?.place ?? null];
  const question = {
    kind: 'anchor_list',
    sync: 'anchors',
    schema: anchorList,
    asOfCursor: page?.asOfCursor,
    about,
  } as const;
  return await answerState(context, question, async (tx, _sync, asOfCursor) => {
    const [value, id] = page?.place ?? [];
    const after = value === undefined || id === undefined ? undefined : { value, id };
    const fetched = await listAnchors(tx, { ...filters, ...order, window, after, limit: limit + 1 });
    const { rows, last } = cutPage(fetched, limit);
    const next = last && { place: [last.place.value, last.place.id], asOfCursor };
    return await withWindows(tx, {
      data: rows.map(renderAnchor),
      page: { next_cursor: next ? pageCursor(query, next) : null },
    });
  });
}
