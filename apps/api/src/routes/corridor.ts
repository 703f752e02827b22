import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { corridorDetail, corridorParameters, corridorQuery } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { corridorIsKnown, readCorridor } from '@stellar-insights/db/corridors';
import type { AssetId } from '@stellar-insights/ledger';
import { renderCorridor, renderSizeClasses } from '@stellar-insights/wire';
import type { ApiEnv } from '../api-env.ts';
import { jsonOnly } from '../middleware/formats.ts';
import { LIVE } from '../middleware/revalidation.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { jsonAnswer, notFound, problems } from './declare.ts';
import { overWindow, remembered, type Reads } from './window.ts';

const route = createRoute({
  method: 'get',
  path: '/corridors/{source}/{dest}',
  operationId: 'getCorridor',
  summary: 'One corridor, with its size classes',
  tags: ['corridors'],
  middleware: [jsonOnly],
  request: { params: corridorParameters, query: corridorQuery },
  responses: { 200: jsonAnswer(corridorDetail, 'The corridor.'), ...notFound, ...problems },
});

export interface CorridorAssets {
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
}

export function corridorRoute(reads: Reads) {
  return new OpenAPIHono<ApiEnv>().openapi(route, async (context) => {
    const query = context.req.valid('query');
    const assets = assetsOf(context.req.valid('param'));
    const answer = await remembered(reads, ['corridor', assets, query], () =>
      overWindow(reads.db, query, async (tx, span) => {
        await requireKnown(tx, assets);
        const includeSelf = query.include_self;
        const corridor = await readCorridor(tx, { window: span, ...assets, includeSelf });
        return {
          data: {
            ...renderCorridor(corridor, includeSelf),
            size_classes: renderSizeClasses(corridor.sizeClasses),
          },
        };
      }),
    );
    return context.json(answer, 200, { 'Cache-Control': LIVE });
  });
}

export function assetsOf({ source, dest }: { source: string; dest: string }): CorridorAssets {
  return { sourceAsset: source as AssetId, destAsset: dest as AssetId };
}

/** @throws ProblemError 404 */
export async function requireKnown(tx: Transaction, assets: CorridorAssets): Promise<void> {
  if (await corridorIsKnown(tx, assets)) return;
  throw new ProblemError(404, 'corridor_not_found', 'nothing was ever attempted in this corridor');
}
