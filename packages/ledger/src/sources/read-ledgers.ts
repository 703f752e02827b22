import { LedgerDecoder } from '../decode/ledger-decoder.ts';
import { LedgerError } from '../errors.ts';
import type { LedgerFacts, LedgerHeaderFacts } from '../facts.ts';
import type { LedgerSource } from './ledger-source.ts';

export interface ReadLedgersOptions {
  /** First ledger. */
  readonly from: number;
  /** Last ledger; if not set, it follows the tip and never ends. */
  readonly to?: number;
  /** The network that the ledgers must belong to; if not set, the one that the source says it serves. */
  readonly networkPassphrase?: string;
  /** The hash of ledger `from − 1`, if it is known. */
  readonly previousHash?: string;
  /** Default: a new one, which uses the reader. */
  readonly decoder?: LedgerDecoder;
}

/**
 * The facts of a range of ledgers, in order and without a gap. Each ledger must name the hash of the one before it.
 *
 * @throws LedgerError of the source or of `decodeLedger`, `wrong_network`, `chain_broken`, `ledger_missing`;
 * the signal's reason when it aborts
 */
export async function* readLedgers(
  source: LedgerSource,
  { from, to, networkPassphrase, previousHash, decoder = new LedgerDecoder() }: ReadLedgersOptions,
  signal: AbortSignal,
): AsyncGenerator<LedgerFacts, void, undefined> {
  const passphrase = await source.networkPassphrase(signal);
  if (networkPassphrase !== undefined && networkPassphrase !== passphrase) {
    throw new LedgerError('wrong_network', {
      found: `a source of the network "${passphrase}"`,
      expected: `"${networkPassphrase}"`,
      action: 'use a source of this network, or set the passphrase of the source',
    });
  }

  const decode = await decoder.forNetwork(passphrase);
  let next = from;
  let expectedHash = previousHash;
  const range = to === undefined ? { from } : { from, to };
  for await (const raw of source.ledgers(range, signal)) {
    if (raw.sequence !== next) throw gap(next, raw.sequence);
    const facts = decode(raw);
    requireChain(facts.header, expectedHash);
    yield facts;
    expectedHash = facts.header.hash;
    next++;
  }
  if (to === undefined || next <= to) throw gap(next, 'the end of the source');
}

function requireChain({ sequence, previousHash }: LedgerHeaderFacts, expected: string | undefined): void {
  if (expected === undefined || previousHash === expected) return;
  throw new LedgerError('chain_broken', {
    ledger: sequence,
    found: `${previousHash} named as the hash of ledger ${sequence - 1}`,
    expected,
    action: 'read both ledgers again from another source: one of them is not of this chain',
  });
}

function gap(expected: number, found: number | string): LedgerError {
  return new LedgerError('ledger_missing', {
    ledger: expected,
    found: typeof found === 'number' ? `ledger ${found} in its place` : found,
    expected: `ledger ${expected}`,
    action: 'complete the source or read from another one',
  });
}
