import type { ClaimAtomWire, OperationResultTrWire } from '@stellar/stellar-sdk/xdr';
import type { PoolId, Stroops } from '../brands.ts';
import type { TradeFact } from '../facts.ts';
import { hex } from './hash.ts';
import type { Operation } from './operation.ts';
import type { PartyNames } from './parties.ts';

/** The claims of an operation that took effect, in their order. */
export function tradeFacts(operation: Operation): TradeFact[] {
  const { id, ledger, source, effect, names } = operation;
  return claimAtoms(effect).map((atom, order) => {
    const { maker, claim } = makerOf(atom, names);
    return {
      operationId: id,
      ledger,
      order,
      maker,
      buyer: source.account,
      soldAsset: names.asset(claim.assetSold),
      soldAmount: claim.amountSold as Stroops,
      boughtAsset: names.asset(claim.assetBought),
      boughtAmount: claim.amountBought as Stroops,
    };
  });
}

function claimAtoms(effect: OperationResultTrWire | null): readonly ClaimAtomWire[] {
  switch (effect?.type) {
    case 2:
      return 'success' in effect.pathPaymentStrictReceiveResult
        ? effect.pathPaymentStrictReceiveResult.success.offers
        : [];
    case 3:
      return 'success' in effect.manageSellOfferResult
        ? effect.manageSellOfferResult.success.offersClaimed
        : [];
    case 4:
      return 'success' in effect.createPassiveSellOfferResult
        ? effect.createPassiveSellOfferResult.success.offersClaimed
        : [];
    case 12:
      return 'success' in effect.manageBuyOfferResult
        ? effect.manageBuyOfferResult.success.offersClaimed
        : [];
    case 13:
      return 'success' in effect.pathPaymentStrictSendResult
        ? effect.pathPaymentStrictSendResult.success.offers
        : [];
    default:
      return [];
  }
}

function makerOf(atom: ClaimAtomWire, names: PartyNames) {
  switch (atom.type) {
    case 0: {
      const seller = names.ed25519(atom.v0.sellerEd25519);
      return { maker: { type: 'offer' as const, seller, offerId: atom.v0.offerId }, claim: atom.v0 };
    }
    case 1: {
      const seller = names.account(atom.orderBook.sellerId);
      return {
        maker: { type: 'offer' as const, seller, offerId: atom.orderBook.offerId },
        claim: atom.orderBook,
      };
    }
    case 2: {
      const pool: string = hex(atom.liquidityPool.liquidityPoolId);
      return { maker: { type: 'pool' as const, pool: pool as PoolId }, claim: atom.liquidityPool };
    }
  }
}
