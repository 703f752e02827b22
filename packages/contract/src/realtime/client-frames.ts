import { z } from 'zod';
import { channel } from '../events/define-event.ts';
import { logCursor as cursor } from '../events/log-cursor.ts';

const channels = z.array(channel).min(1).max(1000);

/**
 * Follows these channels too. `after` is where the events begin: the last id that the client has seen, or the
 * `as_of.cursor` of a REST answer; without it, what comes from now on. A connection has one place in the log, so only the
 * first subscription takes `after`.
 */
const subscribe = z.strictObject({ type: z.literal('subscribe'), channels, after: cursor.optional() });

/** Channels that are not followed are no error. */
const unsubscribe = z.strictObject({ type: z.literal('unsubscribe'), channels });

/** Asks for a `pong` with the same `timestamp`. */
const ping = z.strictObject({ type: z.literal('ping'), timestamp: z.number().optional() });

/** What a client sends over a WebSocket, as JSON text. */
export const clientFrame = z.discriminatedUnion('type', [subscribe, unsubscribe, ping]);

export type ClientFrame = z.infer<typeof clientFrame>;
