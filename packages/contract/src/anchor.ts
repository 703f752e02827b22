import { z } from 'zod';
import { ANCHOR_PATTERN } from './patterns.ts';

/** An anchor's id: the domain under which it was first seen, with `_2` and so on if another anchor had it before. */
export const anchorId = z
  .string()
  .max(64)
  .regex(new RegExp(`^${ANCHOR_PATTERN}$`), 'expected the id of an anchor in lower case, e.g. example.com')
  .meta({
    description:
      'The id of an anchor: the domain under which it was first seen, in lower case, such as `example.com`; `example.com_2` if another anchor had that domain before.',
    example: 'example.com',
  });

export const anchorStatus = z.enum(['healthy', 'degraded', 'unreachable', 'unverified']).meta({
  id: 'AnchorStatus',
  description:
    '`unreachable`: the last two requests or more for its stellar.toml got no answer. `unverified`: no issuer and its file name each other. `degraded`: the upper bound of the success rate of its corridors over 24 hours fell below the threshold of corridors, and the lower bound has not risen above it since. `healthy`: none of these, also with too few attempts to say.',
});
