import type { AssetId } from '../brands.ts';
import type { OperationContext } from '../decode/operation.ts';
import type { TradeFact } from '../facts.ts';
import type { LedgerValues } from './ledger-values.ts';
import { skipClaimAtom } from './skip.generated.ts';

/** Adds the claims of an operation that took effect. `at` is the place of their number. */
export function addTrades(
  trades: TradeFact[],
  operation: OperationContext,
  at: number,
  values: LedgerValues,
): void {
  const count = values.view.getUint32(at);
  at += 4;
  for (let order = 0; order < count; order++) {
    const sold = soldAssetOf(at, values);
    const bought = values.afterAsset(sold) + 8;
    trades.push({
      operationId: operation.id,
      ledger: operation.ledger,
      order,
      maker: makerAt(at, values),
      buyer: operation.source.account,
      soldAsset: values.asset(sold),
      soldAmount: values.amount(bought - 8),
      boughtAsset: values.asset(bought),
      boughtAmount: values.amount(values.afterAsset(bought)),
    });
    at = skipClaimAtom(values.view, at);
  }
}

/** The amount of `asset` that makers bought in the leading claims, and the place after all of them. */
export function leadingPurchases(at: number, asset: AssetId, values: LedgerValues) {
  const count = values.view.getUint32(at);
  let amount = 0n;
  let isLeading = true;
  at += 4;
  for (let left = count; left > 0; left--) {
    if (isLeading) {
      const bought = values.afterAsset(soldAssetOf(at, values)) + 8;
      isLeading = values.asset(bought) === asset;
      if (isLeading) amount += values.amount(values.afterAsset(bought));
    }
    at = skipClaimAtom(values.view, at);
  }
  return { count, amount, end: at };
}

/** The place after these claims. */
export function afterClaims(at: number, { view }: LedgerValues): number {
  let left = view.getUint32(at);
  at += 4;
  for (; left > 0; left--) at = skipClaimAtom(view, at);
  return at;
}

function makerAt(at: number, values: LedgerValues): TradeFact['maker'] {
  switch (values.view.getInt32(at)) {
    case 0:
      return { type: 'offer', seller: values.key(at + 4), offerId: values.view.getBigInt64(at + 36) };
    case 1:
      return { type: 'offer', seller: values.account(at + 4), offerId: values.view.getBigInt64(at + 40) };
    default:
      return { type: 'pool', pool: values.pool(at + 4) };
  }
}

/** Before it are a key and the number of an offer, an account and the number of an offer, or a pool. */
function soldAssetOf(at: number, { view }: LedgerValues): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 44;
    case 1:
      return at + 48;
    default:
      return at + 36;
  }
}
