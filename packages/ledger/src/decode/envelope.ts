import type {
  LedgerKeyWire,
  MemoWire,
  MuxedAccountWire,
  OperationWire,
  TransactionWire,
} from '@stellar/stellar-sdk/xdr';
import type { Hash } from '../brands.ts';
import type { Memo } from '../facts.ts';
import type { ByteRange } from './byte-range.ts';
import type { TransactionEnvelopeRanges } from './close-meta-schema.ts';
import { hex, sha256 } from './hash.ts';

/** What a transaction asks for, in one shape for the three types of envelope. */
export interface Envelope {
  readonly hash: Hash;
  /** Of a fee bump, else null. */
  readonly innerHash: Hash | null;
  readonly source: MuxedAccountWire;
  readonly feeSource: MuxedAccountWire;
  readonly memo: Memo;
  readonly operations: readonly OperationWire[];
  /** The entries that a contract call declares to read or change; empty without one. */
  readonly footprint: readonly LedgerKeyWire[];
}

const ENVELOPE_TYPE_TX = Buffer.from([0, 0, 0, 2]);
const ENVELOPE_TYPE_TX_FEE_BUMP = Buffer.from([0, 0, 0, 5]);
const KEY_TYPE_ED25519 = Buffer.from([0, 0, 0, 0]);

/** `bytes` are the ledger's, in which the envelope was found; `networkId` is sha256 of the passphrase. */
export function readEnvelope(
  envelope: TransactionEnvelopeRanges,
  bytes: Uint8Array,
  networkId: Uint8Array,
): Envelope {
  const hashOf = (type: Uint8Array, tx: ByteRange<unknown>, prefix: Uint8Array = new Uint8Array()) =>
    hex(sha256(networkId, type, prefix, bytes.subarray(tx.start, tx.end)));

  switch (envelope.type) {
    case 0: {
      // A version 0 transaction is hashed as version 1: the key type of its source goes before it.
      const { tx } = envelope.v0;
      const source: MuxedAccountWire = { type: 0, ed25519: tx.value.sourceAccountEd25519 };
      const { memo, operations } = tx.value;
      const hash = hashOf(ENVELOPE_TYPE_TX, tx, KEY_TYPE_ED25519);
      const content = { source, feeSource: source, memo: memoFact(memo), operations, footprint: [] };
      return { hash, innerHash: null, ...content };
    }
    case 2: {
      const { tx } = envelope.v1;
      return { hash: hashOf(ENVELOPE_TYPE_TX, tx), innerHash: null, ...contentOf(tx.value) };
    }
    case 5: {
      const { tx } = envelope.feeBump;
      const inner = tx.value.innerTx.v1.tx;
      return {
        hash: hashOf(ENVELOPE_TYPE_TX_FEE_BUMP, tx),
        innerHash: hashOf(ENVELOPE_TYPE_TX, inner),
        ...contentOf(inner.value),
        feeSource: tx.value.feeSource,
      };
    }
  }
}

function contentOf(tx: TransactionWire) {
  const { sourceAccount: source, memo, operations } = tx;
  return { source, feeSource: source, memo: memoFact(memo), operations, footprint: footprintOf(tx) };
}

function footprintOf({ ext }: TransactionWire): LedgerKeyWire[] {
  if (ext.v === 0) return [];
  const { readOnly, readWrite } = ext.sorobanData.resources.footprint;
  return [...readOnly, ...readWrite];
}

function memoFact(memo: MemoWire): Memo {
  switch (memo.type) {
    case 0:
      return { type: 'none' };
    case 1:
      return {
        type: 'text',
        text: memo.text.toString(),
        bytes: Buffer.from(memo.text.bytes).toString('base64'),
      };
    case 2:
      return { type: 'id', id: memo.id };
    case 3:
      return { type: 'hash', hash: hex(memo.hash) };
    case 4:
      return { type: 'return', hash: hex(memo.retHash) };
  }
}
