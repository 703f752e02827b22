import { createHash } from 'node:crypto';
import type { Hash, LedgerFacts, LedgerSequence, Stroops } from '@stellar-insights/ledger';
import { NO_FACTS, simulatedLedgers } from '@stellar-insights/simnet/testing';

/* A chain of three partitions. Nothing happened in most of its ledgers, so that it is stored in seconds. */

/** Where simulated ledgers lie: around the bounds of partitions. */
const simulated = new Map<number, LedgerFacts>(
  [19_990, 39_985, 59_980].flatMap((startLedger) =>
    simulatedLedgers(40, { startLedger, seed: `backfill ${startLedger}` }).map(
      (facts) => [facts.header.sequence, facts] as const,
    ),
  ),
);

/** `fork`: ledgers with another hash. */
export function chainLedger(sequence: number, fork = 'main'): LedgerFacts {
  const content = simulated.get(sequence) ?? NO_FACTS;
  return {
    ...content,
    header: {
      sequence: sequence as LedgerSequence,
      hash: hashOf(sequence, fork),
      previousHash: hashOf(sequence - 1, fork),
      closedAt: Date.UTC(2026, 0, 1) + sequence * 5000,
      protocolVersion: 24,
      baseFee: 100n as Stroops,
      baseReserve: 5_000_000n as Stroops,
      totalCoins: (10n ** 18n) as Stroops,
      feePool: (10n ** 15n) as Stroops,
    },
  };
}

/** From this ledger on, without end. */
export async function* chainFrom(
  first: number,
  ledger: (sequence: number) => LedgerFacts = chainLedger,
): AsyncGenerator<LedgerFacts, void, undefined> {
  for (let sequence = first; ; sequence++) yield await Promise.resolve(ledger(sequence));
}

/** The same of another chain. */
export function forkFrom(first: number): AsyncGenerator<LedgerFacts, void, undefined> {
  return chainFrom(first, (sequence) => chainLedger(sequence, 'another'));
}

/** Of a range, those in which something happened. */
export function eventfulLedgers(first: number, last: number): LedgerFacts[] {
  return [...simulated.keys()].filter((key) => key >= first && key <= last).map((key) => chainLedger(key));
}

function hashOf(sequence: number, fork: string): Hash {
  return createHash('sha256').update(`${fork} ${sequence}`).digest('hex') as Hash;
}
