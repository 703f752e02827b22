import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  ALL,
  eventPage,
  eventsQuery,
  followedChannels,
  formatCursor,
  parseCursor,
  type Channel,
  type EventPage,
  type EventsQuery,
} from '@stellar-insights/contract';
import {
  readEvents,
  readHead,
  ResyncRequiredError,
  type LoggedEvent,
  type LogPage,
} from '@stellar-insights/db/log';
import type { TypedResponse } from 'hono';
import { jsonOnly } from '../../answers/formats.ts';
import { linkNext } from '../../answers/list.ts';
import { resyncRequired } from '../../answers/resync.ts';
import { jsonResponse, linkHeader, problemResponses, resyncResponse } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';
import { REVALIDATED } from '../../middleware/cache-control.ts';

/** How many events are looked at for one page, and how much of the log a page has. */
const SCANNED_EVENTS = 5000;
const MAX_BYTES = 1_048_576;

const route = createRoute({
  method: 'get',
  path: '/events',
  operationId: 'listEvents',
  summary: 'The event log, page by page',
  description:
    'For clients that poll. Read the state first, then go on from its `as_of.cursor`: no event is missing, and none comes twice.',
  tags: ['events'],
  security: requires('read'),
  middleware: [jsonOnly],
  request: { query: eventsQuery },
  responses: {
    200: { ...jsonResponse(eventPage, 'Events.'), ...linkHeader },
    ...resyncResponse,
    ...problemResponses,
  },
});

export function eventsRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const query = context.req.valid('query');
    const page = await readPage(context.get('route'), query);
    const end = formatCursor(page.end);
    linkNext(context, { after: end });
    const headers = { 'Cache-Control': REVALIDATED, 'Content-Type': 'application/json' };
    const answer = context.body(renderPage(page, query.channel), 200, headers);
    return answer as unknown as TypedResponse<EventPage, 200, 'json'>;
  });
}

/** @throws ProblemError `resync_required` */
async function readPage(
  { db, signal }: RouteContext,
  { channel: channels, after, limit }: EventsQuery,
): Promise<LogPage> {
  const cursor = after === undefined ? null : parseCursor(after);
  if (cursor === null) {
    const head = await readHead(db, { signal });
    return { events: [], end: { epoch: head.epoch, id: head.lastId }, head };
  }
  const bounds = { limit, maxBytes: MAX_BYTES, scan: SCANNED_EVENTS };
  const filter = channels.includes(ALL) ? undefined : channels;
  try {
    return await readEvents(db, { after: cursor, ...bounds, channels: filter, signal });
  } catch (error) {
    throw error instanceof ResyncRequiredError ? resyncRequired(error, channels) : error;
  }
}

/** The data of the events is taken over as text: nobody serializes it twice. */
function renderPage({ events, end, head }: LogPage, channels: readonly Channel[]): string {
  const followed = new Set(channels);
  const { epoch, lastId } = head;
  const page = { next_cursor: formatCursor(end), head: formatCursor({ epoch, id: lastId }) };
  const data = events.map((event) => renderEvent(event, epoch, followed));
  return `{"data":[${data.join(',')}],"page":${JSON.stringify(page)}}`;
}

function renderEvent(
  { id, event, channels, data }: LoggedEvent,
  epoch: string,
  followed: ReadonlySet<Channel>,
): string {
  const matched = followedChannels({ channels: channels as Channel[] }, followed);
  const frame = JSON.stringify({ id: formatCursor({ epoch, id }), channels: matched, event });
  return `${frame.slice(0, -1)},"data":${data}}`;
}
