import type { MemoWire, MuxedAccountWire, OperationWire, TransactionWire } from '@stellar/stellar-sdk/xdr';
import type { Hash } from '../brands.ts';
import { sha256 } from './close-meta.ts';
import type { TransactionEnvelopeSpans } from './close-meta-schema.ts';
import { hex } from './hex.ts';
import type { Span } from './span.ts';

/** What was asked for, whichever of the three envelope types it came in. */
export interface Envelope {
  readonly hash: Hash;
  /** Of a fee bump, else null. */
  readonly innerHash: Hash | null;
  readonly source: MuxedAccountWire;
  readonly feeSource: MuxedAccountWire;
  readonly memo: MemoWire;
  readonly operations: readonly OperationWire[];
}

const ENVELOPE_TYPE_TX = Buffer.from([0, 0, 0, 2]);
const ENVELOPE_TYPE_TX_FEE_BUMP = Buffer.from([0, 0, 0, 5]);
const KEY_TYPE_ED25519 = Buffer.from([0, 0, 0, 0]);

/** `bytes` are the ledger's, in which the envelope was found; `networkId` is sha256 of the passphrase. */
export function readEnvelope(
  envelope: TransactionEnvelopeSpans,
  bytes: Uint8Array,
  networkId: Uint8Array,
): Envelope {
  const hashOf = (type: Uint8Array, tx: Span<unknown>, prefix: Uint8Array = new Uint8Array()) =>
    hex(sha256(networkId, type, prefix, bytes.subarray(tx.start, tx.end)));

  switch (envelope.type) {
    case 0: {
      // A version 0 transaction is hashed as if it were version 1: only the source's key type has to be put before it.
      const { tx } = envelope.v0;
      const source: MuxedAccountWire = { type: 0, ed25519: tx.value.sourceAccountEd25519 };
      const { memo, operations } = tx.value;
      const hash = hashOf(ENVELOPE_TYPE_TX, tx, KEY_TYPE_ED25519);
      return { hash, innerHash: null, source, feeSource: source, memo, operations };
    }
    case 2: {
      const { tx } = envelope.v1;
      return { hash: hashOf(ENVELOPE_TYPE_TX, tx), innerHash: null, ...asked(tx.value) };
    }
    case 5: {
      const { tx } = envelope.feeBump;
      const inner = tx.value.innerTx.v1.tx;
      return {
        hash: hashOf(ENVELOPE_TYPE_TX_FEE_BUMP, tx),
        innerHash: hashOf(ENVELOPE_TYPE_TX, inner),
        ...asked(inner.value),
        feeSource: tx.value.feeSource,
      };
    }
  }
}

function asked(tx: TransactionWire) {
  const { sourceAccount: source, memo, operations } = tx;
  return { source, feeSource: source, memo, operations };
}
