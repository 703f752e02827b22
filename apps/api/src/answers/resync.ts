import { formatCursor, statePaths, type Channel, type Problem } from '@stellar-insights/contract';
import type { LogHead, ResyncRequiredError } from '@stellar-insights/db/log';
import { ProblemError } from './problem.ts';

/** Where a client goes on whose cursor the log cannot continue from, and where it reads the state that it has missed. */
export function resyncFacts(
  { epoch, oldestId, lastId }: LogHead,
  channels: Iterable<Channel>,
): NonNullable<Problem['resync']> {
  return {
    oldest: formatCursor({ epoch, id: oldestId - 1n }),
    head: formatCursor({ epoch, id: lastId }),
    state: statePaths(channels),
  };
}

/** `channels`: those that the client follows. */
export function resyncRequired({ head }: ResyncRequiredError, channels: Iterable<Channel>): ProblemError {
  const detail =
    'the log cannot continue from this cursor: it is of another log, or too old; read the state, then go on from its `as_of.cursor`';
  return new ProblemError(410, 'resync_required', detail, { resync: resyncFacts(head, channels) });
}
