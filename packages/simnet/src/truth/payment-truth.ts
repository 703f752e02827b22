import type { PaymentFact, PaymentType } from '@stellar-insights/ledger';
import type { Party } from '../key-pair.ts';
import type { OperationBody } from '../operations/operation.ts';
import { NATIVE, type Asset } from '../state/asset.ts';
import { stroops, type WitnessedOperation } from './witness.ts';

/** The part of a payment that the envelope alone determines. */
interface Intent {
  readonly type: PaymentType;
  readonly destination: Party;
  readonly sourceAsset: Asset;
  readonly destAsset: Asset;
  readonly path: readonly Asset[];
  readonly fixedSide: 'source' | 'dest';
  readonly fixedAmount: bigint | null;
  readonly limitAmount: bigint | null;
}

/** The fact of an operation that is a payment. */
export function paymentTruth(operation: WitnessedOperation): PaymentFact | null {
  const intent = intentOf(operation.body);
  if (intent === null) return null;
  const { party, outcome, succeeded } = operation;
  const moved = succeeded ? outcome?.moved : undefined;
  // How much a merge moves is known only when it has.
  const fixedAmount = intent.type === 'account_merge' ? (moved?.delivered ?? null) : intent.fixedAmount;
  const isPath = intent.type.startsWith('path_payment');
  return {
    operationId: operation.operationId,
    ledger: operation.ledger,
    transactionIndex: operation.transactionIndex,
    operationIndex: operation.operationIndex,
    transactionHash: operation.transactionHash,
    type: intent.type,
    source: party.account.id,
    sourceMuxedId: party.muxedId,
    destination: intent.destination.account.id,
    destinationMuxedId: intent.destination.muxedId,
    sourceAsset: intent.sourceAsset.id,
    destAsset: intent.destAsset.id,
    path: intent.path.map(({ id }) => id),
    fixedSide: intent.fixedSide,
    fixedAmount: orNull(fixedAmount),
    limitAmount: orNull(intent.limitAmount),
    sentAmount: orNull(moved?.sent ?? null),
    deliveredAmount: orNull(moved?.delivered ?? null),
    succeeded,
    operationResult: outcome?.code ?? null,
    failure: operation.failure,
    isSelfPayment: party.account.id === intent.destination.account.id,
    isCycle: isPath && intent.sourceAsset.id === intent.destAsset.id,
  };
}

function intentOf(body: OperationBody): Intent | null {
  switch (body.type) {
    case 'payment': {
      const { type, destination, asset, amount } = body;
      return { type, destination, ...direct(asset), fixedAmount: amount };
    }
    case 'create_account': {
      const destination = { account: body.destination, muxedId: null };
      return { type: body.type, destination, ...direct(NATIVE), fixedAmount: body.startingBalance };
    }
    case 'account_merge':
      return { type: body.type, destination: body.destination, ...direct(NATIVE), fixedAmount: null };
    case 'path_payment_strict_send': {
      const { type, destination, sendAsset, destAsset, path, sendAmount, destMin } = body;
      const limits = { fixedSide: 'source', fixedAmount: sendAmount, limitAmount: destMin } as const;
      return { type, destination, sourceAsset: sendAsset, destAsset, path, ...limits };
    }
    case 'path_payment_strict_receive': {
      const { type, destination, sendAsset, destAsset, path, destAmount, sendMax } = body;
      const limits = { fixedSide: 'dest', fixedAmount: destAmount, limitAmount: sendMax } as const;
      return { type, destination, sourceAsset: sendAsset, destAsset, path, ...limits };
    }
    default:
      return null;
  }
}

/** An asset that arrives as what it left as. */
function direct(asset: Asset) {
  return { sourceAsset: asset, destAsset: asset, path: [], fixedSide: 'dest', limitAmount: null } as const;
}

function orNull(amount: bigint | null) {
  return amount === null ? null : stroops(amount);
}
