import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  accountChannel,
  ANCHORS,
  assetChannel,
  CORRIDORS,
  formatCursor,
  LEDGERS,
  parseCursor,
  PAYMENTS,
  type Channel,
  type LogEvent,
} from '@stellar-insights/contract';
import {
  eventKeys,
  formatEventId,
  keyMatcher,
  renderMessage,
  uuidOf,
  webhookEventPage,
  webhookEventsQuery,
  webhookParameters,
  type WebhookEventPage,
  type WebhookFilters,
} from '@stellar-insights/contract/webhooks';
import {
  readEvents,
  readEventsById,
  readHead,
  ResyncRequiredError,
  type LogCursor,
  type LoggedEvent,
  type LogPage,
} from '@stellar-insights/db/log';
import { readOwners, type StoredWebhook } from '@stellar-insights/db/webhooks';
import type { TypedResponse } from 'hono';
import { jsonOnly } from '../../answers/formats.ts';
import { linkNext } from '../../answers/list.ts';
import { resyncRequired } from '../../answers/resync.ts';
import {
  jsonResponse,
  linkHeader,
  notFoundResponse,
  problemResponses,
  resyncResponse,
} from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';
import { placeOf, requireWebhook } from './webhook-place.ts';

/** How many events are looked at for one page: by the channels of the log, and of those by the filters. */
const SCANNED_EVENTS = 5000;
const EXAMINED_EVENTS = 1000;
const MAX_BYTES = 2_097_152;

const eventsDeclaration = createRoute({
  method: 'get',
  path: '/webhooks/{id}/events',
  operationId: 'listWebhookEvents',
  summary: 'The events of a webhook, for receivers that poll',
  description:
    'The same events, with the same ids and in the same form, as deliveries have, whatever the state of the webhook.',
  tags: ['webhooks'],
  middleware: [jsonOnly],
  security: requires('webhooks'),
  request: { params: webhookParameters, query: webhookEventsQuery },
  responses: {
    200: { ...jsonResponse(webhookEventPage, 'Events.'), ...linkHeader },
    ...notFoundResponse,
    ...resyncResponse,
    ...problemResponses,
  },
});

export function webhookEventsRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(eventsDeclaration, async (context) => {
    const own = context.get('route');
    const { after, limit } = context.req.valid('query');
    const webhook = await requireWebhook(own, placeOf(context, context.req.valid('param').id));
    const cursor = after === undefined ? null : parseCursor(after);
    const { messages, end, head } = await readPage(own, webhook, cursor, limit);
    const page = { next_cursor: formatCursor(end), head: formatCursor(head) };
    linkNext(context, { after: page.next_cursor });
    // The messages are text already: nobody serializes them twice.
    const body = `{"data":[${messages.join(',')}],"page":${JSON.stringify(page)}}`;
    const answer = context.body(body, 200, { 'Content-Type': 'application/json' });
    return answer as unknown as TypedResponse<WebhookEventPage, 200, 'json'>;
  });
}

interface Page {
  /** JSON. */
  readonly messages: readonly string[];
  readonly end: LogCursor;
  readonly head: LogCursor;
}

/** @throws ProblemError `resync_required` */
async function readPage(
  route: RouteContext,
  webhook: StoredWebhook,
  after: LogCursor | null,
  limit: number,
): Promise<Page> {
  const { db, signal } = route;
  if (after === null) {
    const { epoch, lastId: id } = await readHead(db, { signal });
    return { messages: [], end: { epoch, id }, head: { epoch, id } };
  }
  const channels = channelsOf(webhook.filters as WebhookFilters);
  const { events, end, head } = await readLog(route, after, channels);
  const fitting = await fittingEvents(route, webhook, events);
  const shown = fitting.slice(0, limit);
  const last = fitting.length > limit ? shown.at(-1) : undefined;
  return {
    messages: await renderEvents(route, head.epoch, shown),
    end: last === undefined ? end : { epoch: head.epoch, id: last },
    head: { epoch: head.epoch, id: head.lastId },
  };
}

async function readLog(
  { db, signal }: RouteContext,
  after: LogCursor,
  channels: readonly Channel[] | undefined,
): Promise<LogPage> {
  const bounds = { limit: EXAMINED_EVENTS, maxBytes: MAX_BYTES, scan: SCANNED_EVENTS };
  try {
    return await readEvents(db, { after, ...bounds, channels, signal });
  } catch (error) {
    throw error instanceof ResyncRequiredError ? resyncRequired(error, channels ?? []) : error;
  }
}

/** Channels that hold every event that can fit; undefined: some are in none. */
function channelsOf({ events, corridors, assets, accounts }: WebhookFilters): Channel[] | undefined {
  const subjects = new Set(events.map((kind) => kind.replace(/\..*/, '')));
  if (subjects.has('webhook')) return undefined;
  if (accounts !== undefined) return accounts.map(accountChannel);
  if (corridors !== undefined) return corridors.map((name) => `corridor:${name}` as Channel);
  return [
    ...(subjects.has('payment') ? (assets?.map(assetChannel) ?? [PAYMENTS]) : []),
    ...(subjects.has('corridor') ? [CORRIDORS] : []),
    ...(subjects.has('ledger') ? [LEDGERS] : []),
    ...(subjects.has('anchor') ? [ANCHORS] : []),
  ];
}

/** The ids of those that fit, as the dispatcher finds them: by their keys. */
async function fittingEvents(
  { db, signal }: RouteContext,
  { filterKeys }: StoredWebhook,
  logged: readonly LoggedEvent[],
): Promise<bigint[]> {
  const events = logged.map(({ id, event, data }) => ({
    id,
    event: { event, channels: [], data: JSON.parse(data) as object } as unknown as LogEvent,
  }));
  const disabled = events.flatMap(({ event }) =>
    event.event === 'webhook.disabled' ? [uuidOf(event.data.webhook_id)] : [],
  );
  const owners =
    disabled.length === 0 ? new Map<string, string>() : await readOwners(db, disabled, { signal });
  const fits = keyMatcher(filterKeys);
  const ownerOf = (event: LogEvent): string | undefined =>
    event.event === 'webhook.disabled' ? owners.get(uuidOf(event.data.webhook_id)) : undefined;
  return events.filter(({ event }) => fits(eventKeys(event, ownerOf(event)))).map(({ id }) => id);
}

async function renderEvents(
  { db }: RouteContext,
  epoch: string,
  ids: readonly bigint[],
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const stored = new Map((await readEventsById(db, ids)).map((event) => [event.id, event]));
  return ids.flatMap((id) => {
    const event = stored.get(id);
    if (event === undefined) return [];
    const { event: type, at, data } = event;
    return [renderMessage({ id: formatEventId({ epoch, id }), type, at, data })];
  });
}
