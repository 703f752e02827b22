import type { TradeFact } from '@stellar-insights/ledger';
import type { Fill } from '../exchange/fill.ts';
import { stroops, type WitnessedOperation } from './witness.ts';

/** The trades of an operation; one that was rolled back has none. */
export function tradeTruth({
  operationId,
  ledger,
  party,
  outcome,
  succeeded,
}: WitnessedOperation): TradeFact[] {
  const fills = succeeded ? (outcome?.moved.fills ?? []) : [];
  return fills.map((fill, order) => ({
    operationId,
    ledger,
    order,
    maker: makerOf(fill),
    buyer: party.account.id,
    soldAsset: fill.soldAsset.id,
    soldAmount: stroops(fill.sold),
    boughtAsset: fill.boughtAsset.id,
    boughtAmount: stroops(fill.bought),
  }));
}

function makerOf({ maker }: Fill): TradeFact['maker'] {
  return maker.kind === 'pool'
    ? { type: 'pool', pool: maker.id }
    : { type: 'offer', seller: maker.seller.id, offerId: maker.id };
}
