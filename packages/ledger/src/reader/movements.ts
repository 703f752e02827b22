import type { AssetId, Stroops } from '../brands.ts';
import type { Movement } from '../decode/payments.ts';
import { afterClaims, leadingPurchases } from './claims.ts';
import type { LedgerValues } from './ledger-values.ts';
import type { OperationPlaces } from './operation-places.ts';
import { RefusedBytesError } from './skip-primitives.ts';

const NATIVE = 'native' as AssetId;

/** Null if the operation is no payment. */
export function movementAt(
  { type, body: at, effect }: OperationPlaces,
  values: LedgerValues,
): Movement | null {
  switch (type) {
    case 0:
      return {
        type: 'create_account',
        destination: values.party(at),
        sourceAsset: NATIVE,
        destAsset: NATIVE,
        fixedAmount: values.amount(at + 36),
      };
    case 1: {
      const assetAt = values.afterParty(at);
      const asset = values.asset(assetAt);
      return {
        type: 'payment',
        destination: values.party(at),
        sourceAsset: asset,
        destAsset: asset,
        fixedAmount: values.amount(values.afterAsset(assetAt)),
      };
    }
    case 2: {
      const { destination, sourceAsset, sourceAmount, destAsset, destAmount, path } = routeAt(at, values);
      return {
        type: 'path_payment_strict_receive',
        destination,
        sourceAsset,
        destAsset,
        path,
        fixedSide: 'dest',
        fixedAmount: destAmount,
        limitAmount: sourceAmount,
        sent: effect === null ? null : sentAt(effect, sourceAsset, values),
      };
    }
    case 8:
      return {
        type: 'account_merge',
        destination: values.party(at),
        sourceAsset: NATIVE,
        destAsset: NATIVE,
        fixedAmount: effect === null ? null : values.amount(successOf(effect, values)),
      };
    case 13: {
      const { destination, sourceAsset, sourceAmount, destAsset, destAmount, path } = routeAt(at, values);
      return {
        type: 'path_payment_strict_send',
        destination,
        sourceAsset,
        destAsset,
        path,
        fixedSide: 'source',
        fixedAmount: sourceAmount,
        limitAmount: destAmount,
        delivered: effect === null ? null : paidAt(afterClaims(successOf(effect, values), values), values),
      };
    }
    default:
      return null;
  }
}

/** Both path payments: an asset and its amount, the destination, an asset and its amount, the path. */
function routeAt(sourceAsset: number, values: LedgerValues) {
  const destination = values.afterAsset(sourceAsset) + 8;
  const destAsset = values.afterParty(destination);
  const destAmount = values.afterAsset(destAsset);
  return {
    destination: values.party(destination),
    sourceAsset: values.asset(sourceAsset),
    sourceAmount: values.amount(destination - 8),
    destAsset: values.asset(destAsset),
    destAmount: values.amount(destAmount),
    path: pathAt(destAmount + 8, values),
  };
}

function pathAt(at: number, values: LedgerValues): AssetId[] {
  const path: AssetId[] = [];
  let hop = at + 4;
  for (let left = values.view.getUint32(at); left > 0; left--) {
    path.push(values.asset(hop));
    hop = values.afterAsset(hop);
  }
  return path;
}

/** Makers bought the send asset in the leading claims; without claims, nothing was converted. */
function sentAt(effect: number, sourceAsset: AssetId, values: LedgerValues): bigint {
  const { count, amount, end } = leadingPurchases(successOf(effect, values), sourceAsset, values);
  return count === 0 ? paidAt(end, values) : amount;
}

/** `SimplePaymentResult`: an account, an asset, an amount. */
function paidAt(at: number, values: LedgerValues): Stroops {
  return values.amount(values.afterAsset(at + 36));
}

/** The content of a success: behind the type and the code. */
function successOf(effect: number, { view }: LedgerValues): number {
  const code = view.getInt32(effect + 4);
  if (code === 0) return effect + 8;
  throw new RefusedBytesError(
    'inconsistent',
    `code ${code} of an operation in a transaction that succeeded`,
    '0',
  );
}
