import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import {
  corridorFailures,
  corridorParameters,
  corridorQuery,
  type CorridorFailures,
} from '@stellar-insights/contract';
import { readCorridor, readCorridorFailures } from '@stellar-insights/db';
import type { ApiEnv } from '../api-env.ts';
import { jsonOnly } from '../middleware/formats.ts';
import { LIVE } from '../middleware/revalidation.ts';
import { countedOf } from '../wire/corridor.ts';
import { rateOf } from '../wire/rate.ts';
import { assetsOf, requireKnown } from './corridor.ts';
import { jsonAnswer, notFound, problems } from './declare.ts';
import { overWindow, remembered, type Reads } from './window.ts';

const route = createRoute({
  method: 'get',
  path: '/corridors/{source}/{dest}/failures',
  operationId: 'getCorridorFailures',
  summary: 'Why payments of a corridor fail',
  tags: ['corridors'],
  middleware: [jsonOnly],
  request: { params: corridorParameters, query: corridorQuery },
  responses: { 200: jsonAnswer(corridorFailures, 'By reason and by blame.'), ...notFound, ...problems },
});

type Failure = Awaited<ReturnType<typeof readCorridorFailures>>[number];

export function corridorFailuresRoute(reads: Reads) {
  return new OpenAPIHono<ApiEnv>().openapi(route, async (context) => {
    const query = context.req.valid('query');
    const assets = assetsOf(context.req.valid('param'));
    const answer = await remembered(reads, ['failures', assets, query], () =>
      overWindow(reads.db, query, async (tx, span) => {
        await requireKnown(tx, assets);
        const question = { span, ...assets, includeSelf: query.include_self };
        const corridor = await readCorridor(tx, question);
        const failures = await readCorridorFailures(tx, question);
        return { data: failuresOnWire(failures, countedOf(corridor, query.include_self).attempts) };
      }),
    );
    return context.json(answer, 200, { 'Cache-Control': LIVE });
  });
}

function failuresOnWire(failures: readonly Failure[], attempted: number): CorridorFailures['data'] {
  const blames = new Map<Failure['blame'], number>();
  for (const { blame, count } of failures) blames.set(blame, (blames.get(blame) ?? 0) + count);
  return {
    attempted,
    failed: failures.reduce((sum, { count }) => sum + count, 0),
    by_reason: failures.map(({ reason, blame, count }) => ({
      reason,
      blame,
      count,
      rate: rateOf(count, attempted),
    })),
    by_blame: [...blames]
      .toSorted(([, a], [, b]) => b - a)
      .map(([blame, count]) => ({ blame, count, rate: rateOf(count, attempted) })),
  };
}
