import { createHash } from 'node:crypto';
import { Reader } from '@stellar/js-xdr';
import type { LedgerHeaderWire, TransactionResultPairWire } from '@stellar/stellar-sdk/xdr';
import { LedgerError } from '../errors.ts';
import type { RawLedger } from '../raw-ledger.ts';
import { unreadableLedger } from '../unreadable-ledger.ts';
import {
  closeMetaSchema,
  type GeneralizedTransactionSetSpans,
  type TransactionEnvelopeSpans,
} from './close-meta-schema.ts';
import type { Span } from './span.ts';

/** What facts are made of, whichever version of `LedgerCloseMeta` it came in. All of it is covered by `hash`. */
export interface CloseMeta {
  readonly hash: Uint8Array;
  readonly header: LedgerHeaderWire;
  /** In the order of the transaction set. */
  readonly envelopes: readonly TransactionEnvelopeSpans[];
  /** In apply order. */
  readonly results: readonly TransactionResultPairWire[];
}

/** @throws LedgerError `ledger_corrupt`, `ledger_unsupported`, `ledger_mislabelled`, `hash_mismatch` */
export function readCloseMeta(raw: RawLedger): CloseMeta {
  const parsed = parse(raw);
  const { ledgerHeader, txProcessing } = parsed.v === 0 ? parsed.v0 : parsed.v === 1 ? parsed.v1 : parsed.v2;
  const { hash, header } = ledgerHeader;
  const { ledgerSeq, scpValue, txSetResultHash } = header.value;
  if (ledgerSeq !== raw.sequence) {
    throw new LedgerError('ledger_mislabelled', {
      ledger: raw.sequence,
      found: `ledger ${ledgerSeq} in ${raw.origin}`,
      expected: `ledger ${raw.sequence}`,
      action: 'have the source repaired or read from another one',
    });
  }

  const results = txProcessing.map((transaction) => transaction.result);
  const slice = (span: Span<unknown>) => raw.bytes.subarray(span.start, span.end);
  requireHash(raw, 'the ledger header', sha256(slice(header)), hash);
  requireHash(raw, 'the results', sha256(uint32(results.length), ...results.map(slice)), txSetResultHash);

  let envelopes: readonly TransactionEnvelopeSpans[];
  let setHash: Uint8Array;
  if (parsed.v === 0) {
    const { previousLedgerHash, txs } = parsed.v0.txSet;
    envelopes = txs.map((envelope) => envelope.value);
    setHash = sha256(previousLedgerHash, ...txs.map(slice));
  } else {
    const { txSet } = parsed.v === 1 ? parsed.v1 : parsed.v2;
    envelopes = generalizedEnvelopes(txSet.value);
    setHash = sha256(slice(txSet));
  }
  // STELLAR_VALUE_EMPTY_TX_SET (CAP-83): the network agreed to apply nothing, and the set's hash is all zero.
  const appliesNothing = scpValue.ext.v === 2 && envelopes.length === 0;
  requireHash(raw, 'the transaction set', appliesNothing ? new Uint8Array(32) : setHash, scpValue.txSetHash);

  return { hash, header: header.value, envelopes, results: results.map((result) => result.value) };
}

function parse(raw: RawLedger) {
  try {
    const reader = new Reader(raw.bytes);
    const value = closeMetaSchema._read(reader, 'LedgerCloseMeta');
    reader.done('LedgerCloseMeta');
    return value;
  } catch (error) {
    throw unreadableLedger(error, raw.sequence, raw.origin);
  }
}

function generalizedEnvelopes(set: GeneralizedTransactionSetSpans): TransactionEnvelopeSpans[] {
  return set.v1TxSet.phases.flatMap((phase) =>
    phase.v === 0
      ? phase.components.flatMap((component) => component.txsMaybeDiscountedFee.txs)
      : phase.parallel.executionStages.flat(2),
  );
}

function requireHash(raw: RawLedger, what: string, found: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(found, expected) === 0) return;
  throw new LedgerError('hash_mismatch', {
    ledger: raw.sequence,
    found: `${what} hashing to ${Buffer.from(found).toString('hex')} in ${raw.origin}`,
    expected: Buffer.from(expected).toString('hex'),
    action: 'fetch the ledger again or read it from another source: these bytes were changed',
  });
}

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
