import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  backfillAnswer,
  backfillList,
  backfillParameters,
  backfillsQuery,
  formatBackfillId,
  newBackfill,
  noQuery,
  uuidOf,
} from '@stellar-insights/contract';
import { TransactionConflictError, type Database } from '@stellar-insights/db';
import {
  BackfillOverlapError,
  BackfillRangeError,
  cancelBackfill,
  createBackfill,
  listBackfills,
  readBackfill,
  type Backfill,
} from '@stellar-insights/db/backfill';
import { renderBackfill } from '@stellar-insights/wire';
import { z } from 'zod';
import { jsonOnly } from '../../answers/formats.ts';
import { cutPage } from '../../answers/list.ts';
import { parsePlaceCursor, placeCursor, unixTimePart } from '../../answers/page-cursor.ts';
import { databaseBusy, ProblemError } from '../../answers/problem.ts';
import {
  conflictResponse,
  jsonBody,
  jsonResponse,
  notFoundResponse,
  problemResponses,
} from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';

const PATH = '/admin/backfills';
const common = { tags: ['backfills'], security: requires('admin'), middleware: [jsonOnly] };
const ofOne = { params: backfillParameters, query: noQuery };

const createDeclaration = createRoute({
  ...common,
  method: 'post',
  path: PATH,
  operationId: 'createBackfill',
  summary: 'Load older ledgers',
  description:
    'Loads the ledgers of the range that are missing, which lie before the last one stored. The same range again is the same backfill, unless that one was cancelled.',
  request: { query: noQuery, body: jsonBody(newBackfill) },
  responses: {
    200: jsonResponse(backfillAnswer, 'It was asked for before.'),
    201: jsonResponse(backfillAnswer, 'The new backfill.'),
    ...conflictResponse,
    ...problemResponses,
  },
});

const listDeclaration = createRoute({
  ...common,
  method: 'get',
  path: PATH,
  operationId: 'listBackfills',
  summary: 'The backfills, newest first',
  description: 'Those that run, and those that have ended.',
  request: { query: backfillsQuery },
  responses: { 200: jsonResponse(backfillList, 'Backfills.'), ...problemResponses },
});

const readDeclaration = createRoute({
  ...common,
  method: 'get',
  path: `${PATH}/{backfill_id}`,
  operationId: 'getBackfill',
  summary: 'How far a backfill is',
  description: 'How many ledgers are loaded and visible, how fast it is, and what failed last.',
  request: ofOne,
  responses: { 200: jsonResponse(backfillAnswer, 'The backfill.'), ...notFoundResponse, ...problemResponses },
});

const cancelDeclaration = createRoute({
  ...common,
  method: 'delete',
  path: `${PATH}/{backfill_id}`,
  operationId: 'cancelBackfill',
  summary: 'Stop a backfill',
  description:
    'Ledgers that are visible stay; those that are only loaded are dropped. A backfill that has ended stays as it is.',
  request: ofOne,
  responses: {
    200: jsonResponse(backfillAnswer, 'The backfill as it is now.'),
    ...notFoundResponse,
    ...problemResponses,
  },
});

/** The time of the request, and the backfill. */
const place = z.tuple([unixTimePart, z.string().regex(/^bf_[0-9a-f]{32}$/)]);

/** The routes for administrators. */
export function backfillRoutes(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(createDeclaration, async (context) => {
    const { db } = context.get('route');
    const { from: first, to: last } = context.req.valid('json');
    const { backfill, isNew } = await orProblem(createBackfill(db, { first, last }));
    const data = renderBackfill(backfill);
    if (!isNew) return context.json({ data }, 200);
    return context.json({ data }, 201, { Location: `/api/v1${PATH}/${data.id}` });
  });
  routes.openapi(listDeclaration, async (context) => {
    const { db, signal } = context.get('route');
    const { limit, cursor } = context.req.valid('query');
    const question = { list: 'backfills' };
    const before = cursor === undefined ? undefined : backfillAt(parsePlaceCursor(question, cursor, place));
    const fetched = await listBackfills(db, { limit: limit + 1, before, signal });
    const { rows, last } = cutPage(fetched, limit);
    const next_cursor =
      last === undefined ? null : placeCursor(question, [last.requestedAt, formatBackfillId(last.id)]);
    return context.json({ data: rows.map(renderBackfill), page: { next_cursor } }, 200);
  });
  routes.openapi(readDeclaration, async (context) => {
    const { db, signal } = context.get('route');
    const id = uuidOf(context.req.valid('param').backfill_id);
    const backfill = found(await readBackfill(db, id, { signal }));
    return context.json({ data: renderBackfill(backfill) }, 200);
  });
  routes.openapi(cancelDeclaration, async (context) => {
    const { db } = context.get('route');
    const id = uuidOf(context.req.valid('param').backfill_id);
    const backfill = found(await cancelled(db, id));
    return context.json({ data: renderBackfill(backfill) }, 200);
  });
}

function backfillAt([requestedAt, id]: z.output<typeof place>): Pick<Backfill, 'requestedAt' | 'id'> {
  return { requestedAt, id: uuidOf(id) };
}

/** The backfill as it is then. Tables that an index is being built of are dropped by the workers. */
async function cancelled(db: Database, id: string): Promise<Backfill | null> {
  try {
    return await cancelBackfill(db, id);
  } catch (error) {
    if (error instanceof TransactionConflictError) return await readBackfill(db, id);
    throw error;
  }
}

/** @throws ProblemError */
function found(backfill: Backfill | null): Backfill {
  if (backfill !== null) return backfill;
  throw new ProblemError(404, 'backfill_not_found', 'no backfill has this id');
}

/** @throws ProblemError */
async function orProblem<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof BackfillRangeError) throw new ProblemError(400, error.code, error.message);
    if (error instanceof BackfillOverlapError) {
      const { id, code, message } = error;
      throw new ProblemError(409, code, message.replace(id, formatBackfillId(id)));
    }
    if (error instanceof TransactionConflictError) {
      throw databaseBusy('tables of a cancelled backfill of these ledgers are still in use');
    }
    throw error;
  }
}
