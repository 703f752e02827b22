import type { LedgerFacts } from '@stellar-insights/ledger';
import { ledgerEvents } from '@stellar-insights/wire';
import type { Database } from '../src/index.ts';
import { commitLedger, type CommittedLedger } from '../src/ledgers/index.ts';
import { NETWORK } from '@stellar-insights/simnet/testing';

/** Commits a ledger with its events, as the worker does. */
export function commit(
  db: Database,
  facts: LedgerFacts,
  networkPassphrase = NETWORK.networkPassphrase,
): Promise<CommittedLedger> {
  return commitLedger(db, facts, { networkPassphrase, events: ledgerEvents(facts) });
}
