import { DatabaseUnavailableError, type Database } from '@stellar-insights/db';
import { commitLedgers, type LedgerCommit } from '@stellar-insights/db/ledgers';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { ledgerEvents } from '@stellar-insights/wire';
import type { LedgerFeed } from './ledger-feed.ts';

export interface StoreOptions {
  readonly networkPassphrase: string;
  /** Called with each ledger that was committed, in order, also if a later one cannot be stored. */
  readonly onStored: (ledger: LedgerFacts) => void;
}

/** Commits the next ledgers of a feed while those after them are read. Returns false at the end of the range. */
export async function storeNext(db: Database, feed: LedgerFeed, options: StoreOptions): Promise<boolean> {
  const ledgers = await feed.take();
  if (ledgers.length === 0) return false;
  const commits = ledgers.map((facts) => ({ facts, events: ledgerEvents(facts) }));
  const committing = commit(db, commits, options);
  feed.readAhead();
  await committing;
  return true;
}

/** In one transaction; if one of them cannot be stored, those before it are stored one by one. */
async function commit(db: Database, commits: readonly LedgerCommit[], options: StoreOptions): Promise<void> {
  const { networkPassphrase, onStored } = options;
  try {
    await commitLedgers(db, commits, { networkPassphrase });
  } catch (error) {
    if (commits.length === 1 || error instanceof DatabaseUnavailableError) throw error;
    for (const one of commits) await commit(db, [one], options);
    return;
  }
  for (const { facts } of commits) onStored(facts);
}
