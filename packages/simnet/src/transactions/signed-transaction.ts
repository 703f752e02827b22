import {
  TransactionEnvelope,
  TransactionSignaturePayload,
  type DecoratedSignatureWire,
  type TransactionEnvelopeWire,
  type TransactionSignaturePayloadTaggedTransactionWire,
  type TransactionV0EnvelopeWire,
  type TransactionWire,
} from '@stellar/stellar-sdk/xdr';
import { sha256 } from '../digest.ts';
import type { KeyPair } from '../key-pair.ts';
import { partyWire } from '../wire.ts';
import { isSoroban, RESOURCE_FEE, type TransactionPlan } from './plan.ts';
import { transactionWire } from './transaction-wire.ts';

/** A transaction ready for a ledger. */
export interface SignedTransaction {
  readonly plan: TransactionPlan;
  readonly sequence: bigint;
  /** The most it pays in all, in stroops. */
  readonly maxFee: bigint;
  readonly envelope: TransactionEnvelopeWire;
  /** SHA-256 of the envelope, signatures included: the order of transaction sets. */
  readonly envelopeHash: Uint8Array;
  readonly envelopeBytes: Uint8Array;
  /** The hash by which ledgers name it; of a fee bump, the outer one. */
  readonly hash: Uint8Array;
  /** Null if this is no fee bump. */
  readonly innerHash: Uint8Array | null;
}

export interface SigningContext {
  readonly networkId: Uint8Array;
  readonly protocol: number;
}

export function signTransaction(
  plan: TransactionPlan,
  sequence: bigint,
  context: SigningContext,
): SignedTransaction {
  const transaction = transactionWire(plan, sequence, context);
  const hash = hashOf({ type: 2, tx: transaction }, context);
  const signatures = innerSignatures(plan, hash);
  const inner = { tx: transaction, signatures };
  if (plan.feeBump === null) {
    // Protocol 13 brought muxed accounts and with them a new envelope; until then this was the only one.
    const envelope: TransactionEnvelopeWire =
      context.protocol < 13
        ? { type: 0, v0: { tx: olderTransaction(transaction), signatures } }
        : { type: 2, v1: inner };
    return finish(envelope, { plan, sequence, maxFee: BigInt(transaction.fee), hash, innerHash: null });
  }
  const maxFee = plan.bid * BigInt(plan.operations.length + 1) + (isSoroban(plan) ? RESOURCE_FEE : 0n);
  const feeSource = partyWire(plan.feeBump.source);
  const feeBump = { feeSource, fee: maxFee, innerTx: { type: 2, v1: inner }, ext: { v: 0 } } as const;
  const outerHash = hashOf({ type: 5, feeBump }, context);
  const signature = sign(plan.feeBump.source.account, outerHash, plan.feeBump.forged);
  const envelope: TransactionEnvelopeWire = { type: 5, feeBump: { tx: feeBump, signatures: [signature] } };
  return finish(envelope, { plan, sequence, maxFee, hash: outerHash, innerHash: hash });
}

function finish(
  envelope: TransactionEnvelopeWire,
  rest: Omit<SignedTransaction, 'envelope' | 'envelopeBytes' | 'envelopeHash'>,
): SignedTransaction {
  const envelopeBytes = TransactionEnvelope.schema.encode(envelope);
  return { ...rest, envelope, envelopeBytes, envelopeHash: sha256(envelopeBytes) };
}

/** SHA-256 of network id, envelope type and transaction. */
function hashOf(
  taggedTransaction: TransactionSignaturePayloadTaggedTransactionWire,
  { networkId }: SigningContext,
): Uint8Array {
  return sha256(TransactionSignaturePayload.schema.encode({ networkId, taggedTransaction }));
}

/** Everyone whom the transaction touches as a source signs, once. */
function innerSignatures(plan: TransactionPlan, hash: Uint8Array): DecoratedSignatureWire[] {
  const sources = [plan.source, ...plan.operations.flatMap(({ source }) => source ?? [])];
  const signers = new Map(sources.map(({ account }) => [account.id, account]));
  if (plan.needlessSignature !== null) signers.set(plan.needlessSignature.id, plan.needlessSignature);
  const forged = new Set(plan.forgedSignatures.map(({ id }) => id));
  return [...signers.values()].map((signer) => sign(signer, hash, forged.has(signer.id)));
}

function sign(signer: KeyPair, hash: Uint8Array, forged: boolean): DecoratedSignatureWire {
  // A forger signs something else.
  const signature = signer.sign(forged ? sha256(hash) : hash);
  return { hint: signer.publicKey.subarray(28), signature };
}

function olderTransaction({
  sourceAccount,
  cond,
  ...rest
}: TransactionWire): TransactionV0EnvelopeWire['tx'] {
  if (sourceAccount.type !== 0) throw new Error('A muxed account needs protocol 13 or later.');
  return {
    sourceAccountEd25519: sourceAccount.ed25519,
    fee: rest.fee,
    seqNum: rest.seqNum,
    timeBounds: cond.type === 1 ? cond.timeBounds : null,
    memo: rest.memo,
    operations: rest.operations,
    ext: { v: 0 },
  };
}
