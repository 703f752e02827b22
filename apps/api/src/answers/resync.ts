import { formatCursor, statePaths, type Channel, type Problem } from '@stellar-insights/contract';
import type { LogHead } from '@stellar-insights/db/log';

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
