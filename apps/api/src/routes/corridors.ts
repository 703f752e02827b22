import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import {
  corridorList,
  corridorsQuery,
  type CorridorList,
  type CorridorsQuery,
} from '@stellar-insights/contract';
import { listCorridors, type CorridorOrder } from '@stellar-insights/db/corridors';
import type { AssetId } from '@stellar-insights/ledger';
import { CORRIDOR_COLUMNS, renderCorridor } from '@stellar-insights/wire';
import { z } from 'zod';
import type { ApiEnv } from '../api-env.ts';
import { listFormats } from '../middleware/formats.ts';
import { LIVE } from '../middleware/revalidation.ts';
import { pageCursor, placeOf } from '../paging/page-cursor.ts';
import { jsonAnswer, problems, TABLE_NOTE } from './declare.ts';
import { overWindow, remembered, type Reads } from './window.ts';

const route = createRoute({
  method: 'get',
  path: '/corridors',
  operationId: 'listCorridors',
  summary: 'Corridors and how reliable they are',
  description: 'Every page of one list is of the same ledgers.',
  tags: ['corridors'],
  middleware: [listFormats(CORRIDOR_COLUMNS)],
  request: { query: corridorsQuery },
  responses: { 200: jsonAnswer(corridorList, `Corridors.${TABLE_NOTE}`), ...problems },
});

const place = z.tuple([
  z.int().min(1),
  z.string().regex(/^[0-9]{1,40}(\.[0-9]{1,40})?$/),
  z.string().max(200),
  z.string().max(200),
]);

export function corridorsRoute(reads: Reads) {
  return new OpenAPIHono<ApiEnv>().openapi(route, async (context) => {
    const query = context.req.valid('query');
    const answer = await remembered(reads, ['corridors', query], () => answerCorridors(reads, query));
    return context.json(answer, 200, { 'Cache-Control': LIVE });
  });
}

async function answerCorridors({ db }: Reads, query: CorridorsQuery): Promise<CorridorList> {
  const { window, include_self: includeSelf, limit, cursor } = query;
  const [toLedger, value, ...assets] = cursor === undefined ? [] : placeOf(query, cursor, place);
  const [sourceAsset, destAsset] = assets as AssetId[];
  return await overWindow(db, { window, toLedger }, async (tx, span) => {
    const found = await listCorridors(tx, {
      window: span,
      includeSelf,
      sourceAsset: query.source_asset as AssetId | undefined,
      destAsset: query.dest_asset as AssetId | undefined,
      order: orderOf(query.sort),
      after:
        value === undefined || !sourceAsset || !destAsset ? undefined : { value, sourceAsset, destAsset },
      limit: limit + 1,
    });
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1)?.place : undefined;
    const next = last && [span.toLedger, last.value, last.sourceAsset, last.destAsset];
    return {
      data: rows.map((row) => renderCorridor(row, includeSelf)),
      page: { next_cursor: next ? pageCursor(query, next) : null },
    };
  });
}

function orderOf(sort: CorridorsQuery['sort']): CorridorOrder {
  const descending = sort.startsWith('-');
  return { by: (descending ? sort.slice(1) : sort) as CorridorOrder['by'], descending };
}
