import type { LedgerFacts } from '@stellar-insights/ledger';
import { createNetwork, type NetworkOptions } from '../network.ts';

/** The network of simulated ledgers, if no passphrase is given. */
export const NETWORK = { networkPassphrase: 'Simulated Network' };

/** The facts of a chain of ledgers, from 1000 on. The same options always give the same chain. */
export function simulatedLedgers(count: number, options: Partial<NetworkOptions> = {}): LedgerFacts[] {
  const network = createNetwork({
    seed: 'ledgers',
    passphrase: NETWORK.networkPassphrase,
    startLedger: 1000,
    startTime: Date.UTC(2026, 0, 1, 0, 4),
    ...options,
  });
  return Array.from({ length: count }, () => network.closeLedger().truth);
}

/** What is in a ledger in which nothing happened, but for its header. */
export const NO_FACTS: Omit<LedgerFacts, 'header'> = {
  transactions: [],
  payments: [],
  claimableBalances: [],
  clawbacks: [],
  contractTransfers: [],
  trustlineOperations: [],
  poolOperations: [],
  trades: [],
};

/** @throws RangeError if the list is empty */
export function firstOf<Ledger>(ledgers: readonly Ledger[]): Ledger {
  const [first] = ledgers;
  if (first === undefined) throw new RangeError('found no ledger, expected at least one');
  return first;
}
