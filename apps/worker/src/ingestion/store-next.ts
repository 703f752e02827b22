import type { Database } from '@stellar-insights/db';
import { commitLedger } from '@stellar-insights/db/ledgers';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { ledgerEvents } from '@stellar-insights/wire';
import type { LedgerFeed } from './ledger-feed.ts';

/** Commits the next ledger of a feed while the one after it is read. Undefined at the end of the range. */
export async function storeNext(
  db: Database,
  feed: LedgerFeed,
  networkPassphrase: string,
): Promise<LedgerFacts | undefined> {
  const facts = await feed.take();
  if (facts === undefined) return undefined;
  const committing = commitLedger(db, facts, { networkPassphrase, events: ledgerEvents(facts) });
  feed.readAhead();
  await committing;
  return facts;
}
