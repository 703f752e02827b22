import { z } from 'zod';
import { parseCursor } from './cursor.ts';

/** `<epoch>-<id>`: a place in the event log, and the id of the event before that place. */
export const logCursor = z
  .string()
  .refine((text) => parseCursor(text) !== null, {
    error: ({ input }) =>
      String(input).startsWith('evt_')
        ? 'found the id of an event, expected a place in the log: of evt_<epoch>_<id> it is <epoch>-<id>'
        : 'expected <epoch>-<id>, as the API has given it',
  })
  .meta({
    description: 'A place in the event log: the `id` of an event, or the `as_of.cursor` of an answer.',
    example: '0f3a9c5be271-4711',
  });
