import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  poolParameters,
  poolSnapshotList,
  poolSnapshotsQuery,
  type PoolSnapshotList,
  type PoolSnapshotsQuery,
} from '@stellar-insights/contract';
import { listPoolSnapshots, readPool, readPoolAt } from '@stellar-insights/db/pools';
import type { PoolId } from '@stellar-insights/ledger';
import { isoTime, POOL_SNAPSHOT_COLUMNS, renderPoolSnapshot } from '@stellar-insights/wire';
import { z } from 'zod';
import { listFormats } from '../../answers/formats.ts';
import { answerKeptList, type StandingAnswer } from '../../answers/kept.ts';
import { cutPage } from '../../answers/list.ts';
import { pageCursor, parsePageCursor, timePart } from '../../answers/page-cursor.ts';
import { periodOfRows } from '../../answers/period.ts';
import { listResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { poolNotFound } from './pool.ts';

const route = createRoute({
  method: 'get',
  path: '/liquidity-pools/{pool_id}/snapshots',
  operationId: 'listPoolSnapshots',
  summary: 'What a liquidity pool held over time, newest first',
  description:
    'A snapshot holds until the next one. With `from`, the last row of the list is the snapshot that held then. `to` is exclusive: for whole days, name the day after the last one. If both are the same, the list is at most the snapshot that held before.',
  tags: ['pools'],
  security: requires('read'),
  middleware: [listFormats],
  request: { params: poolParameters, query: poolSnapshotsQuery },
  responses: {
    200: listResponse(poolSnapshotList, 'Snapshots.'),
    ...notFoundResponse,
    ...problemResponses,
  },
});

/** When the last snapshot of the page was read. */
const place = z.tuple([timePart]);

export function poolSnapshotsRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const id = context.req.valid('param').pool_id as PoolId;
    const answer = await answerSnapshots(context.get('route'), id, context.req.valid('query'));
    return answerKeptList(context, answer, POOL_SNAPSHOT_COLUMNS);
  });
}

async function answerSnapshots(
  context: RouteContext,
  id: PoolId,
  query: PoolSnapshotsQuery,
): Promise<StandingAnswer<PoolSnapshotList>> {
  const { limit, cursor } = query;
  const list = { id, ...query };
  const page = cursor === undefined ? undefined : parsePageCursor(list, cursor, place);
  const before = page && Date.parse(page.place[0]);
  const about = [id, query.from ?? null, query.to ?? null, limit, before ?? null];
  const question = {
    kind: 'pool_snapshots',
    sync: 'pools',
    schema: poolSnapshotList,
    asOfCursor: page?.asOfCursor,
    about,
  } as const;
  return await answerState(context, question, async (tx, sync, asOfCursor) => {
    const period = await periodOfRows(query, (at) => readPoolAt(tx, { id, at }));
    const options = { id, ...period, before, limit: limit + 1 };
    const { rows, last } = cutPage(await listPoolSnapshots(tx, options), limit);
    // A pool that is gone has snapshots; one that no source of state was asked for has trades only.
    const newest = await readPoolAt(tx, { id, at: sync.readAt });
    if (rows.length === 0 && newest === null && (await readPool(tx, id)) === null) throw poolNotFound(id);
    const next = last && { place: [isoTime(last.readAt)], asOfCursor };
    const answer = {
      data: rows.map((row) =>
        renderPoolSnapshot({ ...row, isComplete: row.readAt < (newest?.readAt ?? row.readAt) }),
      ),
      page: { next_cursor: next ? pageCursor(list, next) : null },
    };
    return { answer };
  });
}
