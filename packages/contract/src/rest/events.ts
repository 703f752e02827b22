import { z } from 'zod';
import { logCursor } from '../events/log-cursor.ts';
import { loggedEvent } from '../events/log-event.ts';
import { streamQuery } from '../realtime/stream-parameters.ts';
import { pagingParameters } from './parameters.ts';

export const eventsQuery = z.strictObject({
  channel: streamQuery.shape.channel,
  after: logCursor.optional().meta({
    description:
      'Where the page begins: the `id` of an event, the `next_cursor` of a page, or the `as_of.cursor` of an answer. If not set: the end of the log.',
  }),
  limit: pagingParameters.limit,
});

export const eventPage = z
  .object({
    data: z.array(loggedEvent),
    page: z.object({ next_cursor: logCursor, head: logCursor }),
  })
  .meta({
    id: 'EventPage',
    description:
      'Events in the order of the log. Pass `next_cursor` as `after` to go on. It is always set: a page may hold no event although more follow, as the number of events that are looked at for one page is bounded. All events have been read once it equals `head`, the end of the log.',
  });

export type EventPage = z.infer<typeof eventPage>;
export type EventsQuery = z.infer<typeof eventsQuery>;
