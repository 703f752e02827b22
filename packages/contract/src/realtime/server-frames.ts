import { z } from 'zod';
import { channel } from '../events/define-event.ts';
import { logEvent, type LogEvent } from '../events/log-event.ts';
import { count } from '../scalars.ts';
import { ERROR_CODES } from './codes.ts';
import { logCursor as cursor } from '../events/log-cursor.ts';

/** The first frame of a connection. `head` is the newest event of the log. */
const connected = z.object({
  type: z.literal('connected'),
  connection_id: z.string(),
  epoch: z.string(),
  head: cursor,
});

/**
 * Answers `subscribe` and `unsubscribe`, with their channels. The connection has been sent everything that it follows up
 * to `after`, which is null while it follows nothing.
 */
const subscriptionConfirm = z.object({
  type: z.literal('subscription_confirm'),
  channels: z.array(channel),
  status: z.enum(['subscribed', 'unsubscribed']),
  after: cursor.nullable(),
});

/** `after` as in `subscription_confirm`: a quiet client can resume from there too. */
const pong = z.object({
  type: z.literal('pong'),
  timestamp: z.number().optional(),
  after: cursor.nullable(),
});

/**
 * The log cannot continue from the client's cursor. The client reads the state anew, at `state`. The connection stays and
 * follows its channels from `head` on, so the state and these events leave no gap.
 */
const resyncRequired = z.object({
  type: z.literal('resync_required'),
  /** The oldest cursor that the log can continue from. */
  oldest: cursor,
  head: cursor,
  /** Paths of the REST API, for the channels that are followed. */
  state: z.array(z.string()),
});

const error = z.object({
  type: z.literal('error'),
  code: z.enum(ERROR_CODES),
  message: z.string(),
});

/** The process will close the connection, 500 ms after this notice at the earliest. */
const serverShutdown = z.object({
  type: z.literal('server_shutdown'),
  message: z.string(),
  /** When to connect again, in milliseconds from now; drawn for each client. */
  reconnect_after_ms: count,
  /** The last event that this client was sent; left out if there was none. */
  last_id: cursor.optional(),
  /** As in `subscription_confirm`; at or after `last_id`. */
  after: cursor.nullable(),
});

/** An event that was logged: one frame per connection, with all of its channels that the event is in. */
const eventFrame = z.intersection(z.object({ type: z.literal('event'), id: cursor }), logEvent);

const controlFrame = z.discriminatedUnion('type', [
  connected,
  subscriptionConfirm,
  pong,
  resyncRequired,
  error,
  serverShutdown,
]);

/** What the server sends: over a WebSocket as JSON text, over SSE as `data`. */
export const serverFrame = z.union([controlFrame, eventFrame]);

export type EventFrame = LogEvent & { readonly type: 'event'; readonly id: string };
export type ControlFrame = z.infer<typeof controlFrame>;
export type ServerFrame = ControlFrame | EventFrame;
export type ShutdownFrame = z.infer<typeof serverShutdown>;
export type ResyncFrame = z.infer<typeof resyncRequired>;
