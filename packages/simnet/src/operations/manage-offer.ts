import type {
  ManageOfferSuccessResultWire,
  ManageSellOfferResultWire,
  OperationResultTrWire,
} from '@stellar/stellar-sdk/xdr';
import type { Blame } from '@stellar-insights/ledger';
import { ceilDivide } from '../exchange/constant-product.ts';
import { claimAtom, settleFills, type Fill } from '../exchange/fill.ts';
import { proceeds, replaceOffer } from '../exchange/offer-liabilities.ts';
import { buyFromBook, sellIntoBook } from '../exchange/order-book.ts';
import type { Offer, Price } from '../state/entries.ts';
import { BASE_RESERVE, credit, debit, receiveProblem, reserveOf, sendProblem } from '../state/holdings.ts';
import { offerWire } from '../state/entry-wire.ts';
import { failed, succeeded, type OperationContext, type Outcome } from './outcome.ts';
import type { ManageOffer } from './operation.ts';

/** Sell and buy offers share these, under `MANAGE_SELL_OFFER_` and `MANAGE_BUY_OFFER_`. */
const CODES = {
  MALFORMED: -1,
  SELL_NO_TRUST: -2,
  BUY_NO_TRUST: -3,
  SELL_NOT_AUTHORIZED: -4,
  BUY_NOT_AUTHORIZED: -5,
  LINE_FULL: -6,
  UNDERFUNDED: -7,
  CROSS_SELF: -8,
  NOT_FOUND: -11,
  LOW_RESERVE: -12,
} as const;

type Problem = { readonly name: keyof typeof CODES; readonly blame: Blame };

/** What is for sale, as a sell offer, for sell and buy offers alike. */
interface Terms {
  readonly amount: bigint;
  /** Units bought for one sold. */
  readonly price: Price;
}

/** Takes offers at the price or better. The remainder becomes or remains an offer. */
export function applyManageOffer(context: OperationContext, body: ManageOffer): Outcome {
  const { store, source, protocol } = context;
  const existing = body.offerId === 0n ? undefined : store.offer(body.offerId);
  if (body.amount < 0n || body.selling.id === body.buying.id) return fail(body, 'MALFORMED', 'sender');
  if (body.offerId !== 0n && existing?.seller.id !== source.id) return fail(body, 'NOT_FOUND', 'sender');
  if (existing !== undefined) replaceOffer(store, existing, null);
  if (body.amount === 0n) return done(body, [], { effect: 2 }, protocol);

  const terms = termsOf(body);
  const problem = problemOf(context, body, terms);
  if (problem !== null) return fail(body, problem.name, problem.blame);

  const { fills, paid, got, crossedSelf } = takeFromBook(context, body);
  if (crossedSelf) return fail(body, 'CROSS_SELF', 'sender');
  settleFills(store, fills);
  debit(store, source, body.selling, paid);
  credit(store, source, body.buying, got);

  const rest = restOf(body, { paid, got });
  if (rest === 0n) return done(body, fills, { effect: 2 }, protocol);
  const account = store.account(source.id);
  if (account === undefined || account.balance < reserveOf(account) + BASE_RESERVE) {
    return fail(body, 'LOW_RESERVE', 'sender');
  }
  if (existing === undefined) store.idPool += 1n;
  const offer: Offer = {
    kind: 'offer',
    id: existing?.id ?? store.idPool,
    seller: source,
    selling: body.selling,
    buying: body.buying,
    amount: rest,
    price: terms.price,
  };
  replaceOffer(store, null, offer);
  const effect = existing === undefined ? 0 : 1;
  return done(body, fills, { effect, offer: offerWire(offer) }, protocol);
}

function termsOf({ type, amount, price }: ManageOffer): Terms {
  if (type === 'manage_sell_offer') return { amount, price };
  return { amount: proceeds({ amount, price }), price: { n: price.d, d: price.n } };
}

function problemOf({ store, source }: OperationContext, body: ManageOffer, terms: Terms): Problem | null {
  switch (sendProblem(store, source, body.selling, terms.amount)) {
    case 'no_trust':
      return { name: 'SELL_NO_TRUST', blame: 'sender' };
    case 'not_authorized':
      return { name: 'SELL_NOT_AUTHORIZED', blame: 'issuer' };
    case 'underfunded':
      return { name: 'UNDERFUNDED', blame: 'sender' };
    case null:
  }
  switch (receiveProblem(store, source, body.buying, proceeds(terms))) {
    case 'no_trust':
      return { name: 'BUY_NO_TRUST', blame: 'sender' };
    case 'not_authorized':
      return { name: 'BUY_NOT_AUTHORIZED', blame: 'issuer' };
    case 'line_full':
    case 'no_account':
      return { name: 'LINE_FULL', blame: 'sender' };
    case null:
      return null;
  }
}

function takeFromBook({ store, source }: OperationContext, body: ManageOffer) {
  const taker = { account: source, paying: body.selling, getting: body.buying };
  const { n, d } = body.price;
  return body.type === 'manage_sell_offer'
    ? sellIntoBook(store, { ...taker, limit: { n: d, d: n } }, body.amount, 'keep')
    : buyFromBook(store, { ...taker, limit: { n, d } }, body.amount);
}

/** The amount left to sell. A remainder that is worth less than one unit of the other asset is dropped. */
function restOf(body: ManageOffer, { paid, got }: { paid: bigint; got: bigint }): bigint {
  const { n, d } = body.price;
  if (body.type === 'manage_buy_offer') return ceilDivide((body.amount - got) * BigInt(n), BigInt(d));
  const left = body.amount - paid;
  return left * BigInt(n) < BigInt(d) ? 0n : left;
}

function done(
  body: ManageOffer,
  fills: readonly Fill[],
  offer: ManageOfferSuccessResultWire['offer'],
  protocol: number,
): Outcome {
  const success = { offersClaimed: fills.map((fill) => claimAtom(fill, protocol)), offer };
  return succeeded(`${body.type.toUpperCase()}_SUCCESS`, tr(body, { code: 0, success }), { fills });
}

function fail(body: ManageOffer, name: keyof typeof CODES, blame: Blame): Outcome {
  return failed(`${body.type.toUpperCase()}_${name}`, blame, tr(body, { code: CODES[name] }));
}

function tr({ type }: ManageOffer, result: ManageSellOfferResultWire): OperationResultTrWire {
  return type === 'manage_sell_offer'
    ? { type: 3, manageSellOfferResult: result }
    : { type: 12, manageBuyOfferResult: result };
}
