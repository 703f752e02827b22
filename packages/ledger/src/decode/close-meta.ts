import type { LedgerHeaderWire, TransactionResultPairWire } from '@stellar/stellar-sdk/xdr';
import { closeMetaReader } from '../close-meta-reader.ts';
import { LedgerError, unreadableLedger } from '../errors.ts';
import { protocolOf } from '../sources/ledger-header.ts';
import type { RawLedger } from '../sources/ledger-source.ts';
import type { ByteRange } from './byte-range.ts';
import {
  closeMetaSchema,
  type GeneralizedTransactionSetRanges,
  type TransactionEnvelopeRanges,
} from './close-meta-schema.ts';
import { contractOutput, type ContractOutput } from './contract-output.ts';
import { hex, sha256 } from './hash.ts';

/** What facts are made of, in one shape for every version of `LedgerCloseMeta`. `hash` covers all of it but `outputs`. */
export interface CloseMeta {
  readonly hash: Uint8Array;
  readonly header: LedgerHeaderWire;
  /** In the order of the transaction set. */
  readonly envelopes: readonly TransactionEnvelopeRanges[];
  /** In apply order. */
  readonly results: readonly TransactionResultPairWire[];
  /** One for each result; null if the transaction has none. */
  readonly outputs: readonly (ContractOutput | null)[];
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
      action: 'repair the source, or read from another one',
    });
  }

  const results = txProcessing.map((transaction) => transaction.result);
  const slice = ({ start, end }: ByteRange<unknown>) => raw.bytes.subarray(start, end);
  requireHash(raw, 'the ledger header', sha256(slice(header)), hash);
  requireHash(raw, 'the results', sha256(uint32(results.length), ...results.map(slice)), txSetResultHash);

  let envelopes: readonly TransactionEnvelopeRanges[];
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

  return {
    hash,
    header: header.value,
    envelopes,
    results: results.map((result) => result.value),
    outputs: txProcessing.map(({ txApplyProcessing }) => contractOutput(txApplyProcessing, raw.bytes)),
  };
}

function parse(raw: RawLedger) {
  try {
    const reader = closeMetaReader(raw.bytes);
    const value = closeMetaSchema._read(reader, 'LedgerCloseMeta');
    reader.done('LedgerCloseMeta');
    return value;
  } catch (error) {
    throw unreadableLedger(error, raw.sequence, raw.origin, protocolOf(raw.bytes));
  }
}

function generalizedEnvelopes(set: GeneralizedTransactionSetRanges): TransactionEnvelopeRanges[] {
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
    found: `${what} with hash ${hex(found)} in ${raw.origin}`,
    expected: hex(expected),
    action: 'fetch the ledger again or read it from another source: its bytes were changed',
  });
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
