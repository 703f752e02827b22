import type { AssetWire, ClaimAtomWire, OperationResultTrWire } from '@stellar/stellar-sdk/xdr';
import type { AssetId, Stroops } from '../brands.ts';
import type { PaymentFact, PaymentType } from '../facts.ts';
import type { Operation, OperationContext } from './operation.ts';
import type { Party, PartyNames } from './parties.ts';

/** The differences between the five types of payment. `sent` and `delivered` are those of a success. */
export interface Movement {
  readonly type: PaymentType;
  readonly destination: Party;
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
  readonly path?: readonly AssetId[];
  readonly fixedSide?: 'source' | 'dest';
  readonly fixedAmount: bigint | null;
  readonly limitAmount?: bigint;
  readonly sent?: bigint | null;
  readonly delivered?: bigint | null;
}

/** Null if the operation is no payment. */
export function paymentFact(operation: Operation): PaymentFact | null {
  const movement = movementOf(operation);
  return movement === null ? null : paymentOf(operation, movement);
}

/** The fact of an operation that is this movement. */
export function paymentOf(operation: OperationContext, movement: Movement): PaymentFact {
  const { source, outcome } = operation;
  const { type, destination, sourceAsset, destAsset, path = [], fixedSide = 'dest' } = movement;
  return {
    operationId: operation.id,
    ledger: operation.ledger,
    transactionIndex: operation.transactionIndex,
    operationIndex: operation.operationIndex,
    transactionHash: operation.transactionHash,
    type,
    source: source.account,
    sourceMuxedId: source.muxedId,
    destination: destination.account,
    destinationMuxedId: destination.muxedId,
    sourceAsset,
    destAsset,
    path,
    fixedSide,
    fixedAmount: stroops(movement.fixedAmount),
    limitAmount: stroops(movement.limitAmount),
    sentAmount: outcome.succeeded ? stroops(movement.sent ?? movement.fixedAmount) : null,
    deliveredAmount: outcome.succeeded ? stroops(movement.delivered ?? movement.fixedAmount) : null,
    succeeded: outcome.succeeded,
    operationResult: outcome.operationResult,
    failure: outcome.failure,
    isSelfPayment: source.account === destination.account,
    isCycle: type.startsWith('path_payment') && sourceAsset === destAsset,
  };
}

function movementOf({ body, effect, names }: Operation): Movement | null {
  switch (body.type) {
    case 0: {
      const { destination, startingBalance } = body.createAccountOp;
      return {
        type: 'create_account',
        destination: names.party(destination),
        ...native(names),
        fixedAmount: startingBalance,
      };
    }
    case 1: {
      const { destination, asset, amount } = body.paymentOp;
      const sameAsset = names.asset(asset);
      return {
        type: 'payment',
        destination: names.party(destination),
        sourceAsset: sameAsset,
        destAsset: sameAsset,
        fixedAmount: amount,
      };
    }
    case 2: {
      const { sendAsset, sendMax, destination, destAsset, destAmount, path } =
        body.pathPaymentStrictReceiveOp;
      return {
        type: 'path_payment_strict_receive',
        destination: names.party(destination),
        ...route(names, sendAsset, path, destAsset),
        fixedAmount: destAmount,
        limitAmount: sendMax,
        ...(effect === null ? {} : { sent: strictReceiveSent(effect, sendAsset, names) }),
      };
    }
    case 8:
      return {
        type: 'account_merge',
        destination: names.party(body.destination),
        ...native(names),
        fixedAmount: mergedBalance(effect),
      };
    case 13: {
      const { sendAsset, sendAmount, destination, destAsset, destMin, path } = body.pathPaymentStrictSendOp;
      return {
        type: 'path_payment_strict_send',
        destination: names.party(destination),
        ...route(names, sendAsset, path, destAsset),
        fixedSide: 'source',
        fixedAmount: sendAmount,
        limitAmount: destMin,
        ...(effect === null ? {} : { delivered: strictSendDelivered(effect) }),
      };
    }
    default:
      return null;
  }
}

function native(names: PartyNames) {
  const asset = names.asset({ type: 0 });
  return { sourceAsset: asset, destAsset: asset };
}

function route(names: PartyNames, sendAsset: AssetWire, path: readonly AssetWire[], destAsset: AssetWire) {
  return {
    sourceAsset: names.asset(sendAsset),
    destAsset: names.asset(destAsset),
    path: path.map((asset) => names.asset(asset)),
  };
}

/** Makers bought the send asset in the leading claims; without claims, nothing was converted. */
function strictReceiveSent(effect: OperationResultTrWire, sendAsset: AssetWire, names: PartyNames): bigint {
  if (effect.type !== 2 || effect.pathPaymentStrictReceiveResult.code !== 0) throw mismatch(effect);
  const { offers, last } = effect.pathPaymentStrictReceiveResult.success;
  if (offers.length === 0) return last.amount;
  const sent = names.asset(sendAsset);
  let total = 0n;
  for (const atom of offers.map(bought)) {
    if (names.asset(atom.assetBought) !== sent) break;
    total += atom.amountBought;
  }
  return total;
}

function strictSendDelivered(effect: OperationResultTrWire): bigint {
  if (effect.type !== 13 || effect.pathPaymentStrictSendResult.code !== 0) throw mismatch(effect);
  return effect.pathPaymentStrictSendResult.success.last.amount;
}

function mergedBalance(effect: OperationResultTrWire | null): bigint | null {
  if (effect === null) return null;
  if (effect.type !== 8 || effect.accountMergeResult.code !== 0) throw mismatch(effect);
  return effect.accountMergeResult.sourceAccountBalance;
}

function bought(atom: ClaimAtomWire) {
  return atom.type === 0 ? atom.v0 : atom.type === 1 ? atom.orderBook : atom.liquidityPool;
}

function stroops(amount: bigint | null | undefined): Stroops | null {
  return (amount ?? null) as Stroops | null;
}

function mismatch(effect: OperationResultTrWire): TypeError {
  return new TypeError(`found a result of operation type ${effect.type}, expected the type of the envelope`);
}
