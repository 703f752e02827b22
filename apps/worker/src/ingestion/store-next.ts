import { DatabaseUnavailableError, type Database } from '@stellar-insights/db';
import { commitLedgers, type CommitOptions, type LedgerCommit } from '@stellar-insights/db/ledgers';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { ledgerEvents } from '@stellar-insights/wire';
import type { LedgerFeed } from './ledger-feed.ts';

/** Commits the next ledgers of a feed while those after them are read, and returns them. None at the end of the range. */
export async function storeNext(
  db: Database,
  feed: LedgerFeed,
  networkPassphrase: string,
): Promise<readonly LedgerFacts[]> {
  const ledgers = await feed.take();
  if (ledgers.length === 0) return [];
  const commits = ledgers.map((facts) => ({ facts, events: ledgerEvents(facts) }));
  const committing = commit(db, commits, { networkPassphrase });
  feed.readAhead();
  await committing;
  return ledgers;
}

/** In one transaction; if one of them cannot be stored, those before it are stored one by one. */
async function commit(db: Database, commits: readonly LedgerCommit[], options: CommitOptions): Promise<void> {
  try {
    await commitLedgers(db, commits, options);
  } catch (error) {
    if (commits.length === 1 || error instanceof DatabaseUnavailableError) throw error;
    for (const one of commits) await commitLedgers(db, [one], options);
  }
}
