import type { LedgerSequence } from '@stellar-insights/ledger';
import { decodeLedger } from '@stellar-insights/ledger/decode';
import { describe, expect, it } from 'vitest';
import { createNetwork, HISTORY, type NetworkOptions } from '@stellar-insights/simnet';

const OPTIONS = {
  seed: 'twin',
  passphrase: 'Simulated Network',
  startLedger: 100,
  startTime: 1_750_000_000_000,
};

function bytesOf(options: NetworkOptions, ledgers = 30): Buffer[] {
  const network = createNetwork(options);
  return Array.from({ length: ledgers }, () => Buffer.from(network.closeLedger().bytes));
}

describe('a simulated network', () => {
  it('gives the same bytes for the same seed and options', () => {
    expect(bytesOf(OPTIONS)).toEqual(bytesOf(OPTIONS));
  });

  it.each([
    ['seed', { seed: 'other' }],
    ['passphrase', { passphrase: 'Another Network' }],
    ['first ledger', { startLedger: 101 }],
    ['start time', { startTime: OPTIONS.startTime + 5_000 }],
    ['history', { eras: HISTORY }],
    ['number of transactions', { transactionsPerLedger: 15 }],
  ])('gives other bytes for another %s', (_, change) => {
    expect(bytesOf({ ...OPTIONS, ...change }, 1)).not.toEqual(bytesOf(OPTIONS, 1));
  });

  it('closes ledgers at the interval it was given', () => {
    const network = createNetwork({ ...OPTIONS, closeIntervalMs: 60_000 });
    const closedAt = Array.from(
      { length: 4 },
      () => network.closeLedger().truth.header.closedAt - OPTIONS.startTime,
    );
    expect(closedAt).toEqual([0, 60_000, 120_000, 180_000]);
  });

  it.each([1, 500])('closes ledgers of exactly %i transactions, with their truth', (count) => {
    const network = createNetwork({ ...OPTIONS, transactionsPerLedger: count });
    for (let closed = 0; closed < 3; closed += 1) {
      const { sequence, bytes, truth } = network.closeLedger();
      expect(truth.transactions).toHaveLength(count);
      const raw = { sequence: sequence as LedgerSequence, bytes, origin: 'simnet' };
      expect(decodeLedger(raw, OPTIONS.passphrase)).toEqual(truth);
    }
  });

  it.each([0, 10_001])('refuses %i transactions per ledger', (transactionsPerLedger) => {
    expect(() => createNetwork({ ...OPTIONS, transactionsPerLedger })).toThrow(
      /found .+ expected 1 to 10000/,
    );
  });

  it('refuses an interval that is not whole seconds, and names it', () => {
    expect(() => createNetwork({ ...OPTIONS, closeIntervalMs: 1_500 })).toThrow(/closeIntervalMs 1500/);
    expect(() => createNetwork({ ...OPTIONS, closeIntervalMs: 0 })).toThrow(/closeIntervalMs 0/);
  });
});
