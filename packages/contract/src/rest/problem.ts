import { z } from 'zod';

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
  })
  .meta({
    id: 'Problem',
    description: 'A problem document (RFC 9457). `code` is stable. `errors` names the parameters to correct.',
  });

export type Problem = z.infer<typeof problem>;
