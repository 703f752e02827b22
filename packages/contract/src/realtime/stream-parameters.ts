import { z } from 'zod';
import { channel } from '../events/define-event.ts';
import { ALL } from '../events/channels.ts';
import { logCursor as cursor } from '../events/log-cursor.ts';

/** How many channels one connection can follow, unless the server is set otherwise. */
const MAX_CHANNELS = 200;

const channels = z
  .union([channel, z.array(channel).min(1).max(MAX_CHANNELS)])
  .default(ALL)
  .transform((one) => [...new Set([one].flat())])
  .meta({
    description: 'A channel to follow; may be repeated. If not set: `all`.',
    type: 'array',
    items: { type: 'string' },
  });

/** The parameters of `/api/v1/events/stream`. */
export const streamQuery = z.strictObject({ channel: channels, after: cursor.optional() });

/** `EventSource` sends it when it connects again. It comes before `after`, which the URL still has then. */
export const streamHeaders = z.object({ 'last-event-id': cursor.optional() });

export type StreamQuery = z.infer<typeof streamQuery>;
