import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { anchorIncidents, anchorIncidentsQuery, anchorParameters } from '@stellar-insights/contract';
import { listAnchorIncidents } from '@stellar-insights/db/anchors';
import { ANCHOR_INCIDENT_COLUMNS, isoTime, renderAnchorIncident } from '@stellar-insights/wire';
import { z } from 'zod';
import { listFormats } from '../../answers/formats.ts';
import { answerKeptList } from '../../answers/kept.ts';
import { cutPage } from '../../answers/list.ts';
import { pageCursor, parsePageCursor, timePart } from '../../answers/page-cursor.ts';
import { listResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { requireAnchor } from './anchor-problems.ts';

const route = createRoute({
  method: 'get',
  path: '/anchors/{anchor_id}/incidents',
  operationId: 'listAnchorIncidents',
  summary: 'What happened to an anchor, newest first',
  description:
    '`unreachable`, `unverified` and `degraded` last as long as the status does; a domain or a file that changed, and authorizations that an issuer took away, happen at once. `kind` and `open` select. Incidents that ended a year ago are removed.',
  tags: ['anchors'],
  security: requires('read'),
  middleware: [listFormats],
  request: { params: anchorParameters, query: anchorIncidentsQuery },
  responses: { 200: listResponse(anchorIncidents, 'Incidents.'), ...notFoundResponse, ...problemResponses },
});

/** When the last incident of the page before began, and its id. */
const place = z.tuple([timePart, z.uuid()]);

export function anchorIncidentsRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const { anchor_id: id } = context.req.valid('param');
    const { kind, open, limit, cursor } = context.req.valid('query');
    const list = { id, kind, open };
    const page = cursor === undefined ? undefined : parsePageCursor(list, cursor, place);
    const about = [id, kind ?? null, open ?? null, limit, page?.place ?? null];
    const question = {
      kind: 'anchor_incidents',
      sync: 'anchors',
      schema: anchorIncidents,
      asOfCursor: page?.asOfCursor,
      about,
    } as const;
    const answer = await answerState(context.get('route'), question, async (tx, _sync, asOfCursor) => {
      await requireAnchor(tx, id);
      const [time, incident] = page?.place ?? [];
      const before =
        time === undefined || incident === undefined
          ? undefined
          : { startedAt: Date.parse(time), id: incident };
      const isOpen = open === undefined ? undefined : open === 'true';
      const fetched = await listAnchorIncidents(tx, { id, kind, isOpen, before, limit: limit + 1 });
      const { rows, last } = cutPage(fetched, limit);
      const next = last && { place: [isoTime(last.startedAt), last.id], asOfCursor };
      return {
        answer: {
          data: rows.map(renderAnchorIncident),
          page: { next_cursor: next ? pageCursor(list, next) : null },
        },
      };
    });
    return answerKeptList(context, answer, ANCHOR_INCIDENT_COLUMNS);
  });
}
