import type { LedgerFacts } from '@stellar-insights/ledger';
import { createNetwork } from '@stellar-insights/simnet';

/** The facts of a chain of ledgers, always the same chain. */
export function simulatedLedgers(count: number): LedgerFacts[] {
  const network = createNetwork({
    seed: 'db',
    passphrase: 'Simulated Network',
    startLedger: 1000,
    startTime: Date.UTC(2026, 0, 1, 0, 4),
  });
  return Array.from({ length: count }, () => network.closeLedger().truth);
}

/** The ledgers of a list that cannot be shorter. */
export function firstOf<Ledger>(ledgers: readonly Ledger[]): Ledger {
  const [first] = ledgers;
  if (first === undefined) throw new RangeError('no ledger');
  return first;
}
