import { createHash } from 'node:crypto';
import {
  GeneralizedTransactionSet,
  LedgerHeader,
  TransactionEnvelope,
  TransactionResultSet,
  TransactionSignaturePayload,
  type LedgerCloseMetaWire,
  type TransactionEnvelopeWire,
  type TransactionResultPairWire,
} from '@stellar/stellar-sdk/xdr';

/** The parts of any `LedgerCloseMeta`, its hashes computed anew from what it holds. */
export interface Recomputed {
  readonly headerHash: string;
  readonly transactionSetHash: string;
  readonly resultSetHash: string;
  /** In the order of the set. */
  readonly transactionHashes: readonly string[];
  readonly envelopes: readonly TransactionEnvelopeWire[];
}

export function recompute(wire: LedgerCloseMetaWire, networkId: Uint8Array): Recomputed {
  const meta = bodyOf(wire);
  const results: TransactionResultPairWire[] = meta.txProcessing.map(({ result }) => result);
  const envelopes = envelopesOf(wire);
  return {
    headerHash: sha256(LedgerHeader.schema.encode(meta.ledgerHeader.header)),
    transactionSetHash:
      wire.v === 0
        ? sha256(
            wire.v0.txSet.previousLedgerHash,
            ...envelopes.map((one) => TransactionEnvelope.schema.encode(one)),
          )
        : sha256(GeneralizedTransactionSet.schema.encode(wire.v === 1 ? wire.v1.txSet : wire.v2.txSet)),
    resultSetHash: sha256(TransactionResultSet.schema.encode({ results })),
    transactionHashes: envelopes.map((envelope) => transactionHash(envelope, networkId)),
    envelopes,
  };
}

export function bodyOf(wire: LedgerCloseMetaWire) {
  return wire.v === 0 ? wire.v0 : wire.v === 1 ? wire.v1 : wire.v2;
}

function envelopesOf(wire: LedgerCloseMetaWire): TransactionEnvelopeWire[] {
  if (wire.v === 0) return wire.v0.txSet.txs;
  const { phases } = (wire.v === 1 ? wire.v1.txSet : wire.v2.txSet).v1TxSet;
  return phases.flatMap((phase) =>
    phase.v === 0
      ? phase.v0Components.flatMap(({ txsMaybeDiscountedFee }) => txsMaybeDiscountedFee.txs)
      : phase.parallelTxsComponent.executionStages.flat(2),
  );
}

function transactionHash(envelope: TransactionEnvelopeWire, networkId: Uint8Array): string {
  if (envelope.type === 0) {
    const { sourceAccountEd25519, timeBounds, ...tx } = envelope.v0.tx;
    const sourceAccount = { type: 0, ed25519: sourceAccountEd25519 } as const;
    const cond = timeBounds === null ? ({ type: 0 } as const) : ({ type: 1, timeBounds } as const);
    return payloadHash(networkId, { type: 2, tx: { ...tx, sourceAccount, cond } });
  }
  return envelope.type === 2
    ? payloadHash(networkId, { type: 2, tx: envelope.v1.tx })
    : payloadHash(networkId, { type: 5, feeBump: envelope.feeBump.tx });
}

function payloadHash(
  networkId: Uint8Array,
  taggedTransaction: Parameters<typeof TransactionSignaturePayload.schema.encode>[0]['taggedTransaction'],
): string {
  return sha256(TransactionSignaturePayload.schema.encode({ networkId, taggedTransaction }));
}

function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
