import type { LedgerFacts } from '@stellar-insights/ledger';
import { createNetwork, type NetworkOptions } from '@stellar-insights/simnet';

export const NETWORK = { networkPassphrase: 'Simulated Network' };

/** The facts of a chain of ledgers; with the same options always the same chain. */
export function simulatedLedgers(count: number, options: Partial<NetworkOptions> = {}): LedgerFacts[] {
  const network = createNetwork({
    seed: 'db',
    passphrase: NETWORK.networkPassphrase,
    startLedger: 1000,
    startTime: Date.UTC(2026, 0, 1, 0, 4),
    ...options,
  });
  return Array.from({ length: count }, () => network.closeLedger().truth);
}

/** The ledgers of a list that cannot be shorter. */
export function firstOf<Ledger>(ledgers: readonly Ledger[]): Ledger {
  const [first] = ledgers;
  if (first === undefined) throw new RangeError('no ledger');
  return first;
}
