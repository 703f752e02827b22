import { z } from 'zod';
import { logCursor } from '../events/log-cursor.ts';

/** RFC 9457, `application/problem+json`. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    /** Stable; also the last part of `type`. */
    code: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ parameter: z.string(), detail: z.string() })).optional(),
    resync: z
      .object({
        /** The oldest cursor that the log can continue from. */
        oldest: logCursor,
        head: logCursor,
        /** Paths of the REST API. */
        state: z.array(z.string()),
      })
      .optional(),
  })
  .meta({
    id: 'Problem',
    example: {
      type: 'urn:stellar-insights:problem:invalid_parameter',
      title: 'Bad Request',
      status: 400,
      detail: 'correct these parameters: limit',
      code: 'invalid_parameter',
      request_id: '0a5a8f0e-5c1c-4b7e-9a63-0c9d4b1f7e11',
      errors: [{ parameter: 'limit', detail: 'expected a whole number' }],
    },
    description:
      'A problem document (RFC 9457). `code` is stable. `errors` names the parameters to correct. `resync` is in `resync_required`: the log cannot continue from the given cursor, so read the state at one of the paths in `state`, and go on from its `as_of.cursor`.',
  });

export type Problem = z.infer<typeof problem>;
