import { z } from 'zod';
import { count, time } from '../scalars.ts';

const keptKind = z.object({
  kind: z.string(),
  keep_seconds: count,
  stale_seconds: count,
  hits: count,
  stale_hits: count,
  misses: count,
  shared: count,
  computed: count,
  malformed: count,
  not_kept: count,
  bytes: count.nullable(),
});

export const cacheStats = z
  .object({
    data: z.object({
      since: time,
      bytes: count.nullable(),
      budget_bytes: count,
      kinds: z.array(keptKind),
    }),
  })
  .meta({
    id: 'CacheStats',
    description:
      'How the cache of answers works, by kind of answer. Counts are those of the process that answers, `since` it started; `bytes` are those of all processes in Redis, null if Redis does not answer. ' +
      'A request is a hit, a stale hit (it got the answer of the state before, while the next one was computed; up to `stale_seconds` after the change), a miss (it had its answer computed) or shared (it waited for an answer that another request had computed). ' +
      '`computed`: answers computed. `malformed`: kept answers that did not fit. `not_kept`: answers that were not kept because the budget was used up, or they were too long. `keep_seconds`: how long an answer is kept.',
  });

export type CacheStats = z.infer<typeof cacheStats>;
