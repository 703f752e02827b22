import { NATIVE } from '../../state/asset.ts';
import type { KeyPair } from '../../key-pair.ts';
import type { OperationBody } from '../../operations/operation.ts';
import type { TransactionPlan } from '../../transactions/plan.ts';
import type { Asset } from '../../state/asset.ts';
import { draft, operation } from '../draft.ts';
import { UNIT } from '../genesis.ts';
import { priceOf } from '../price.ts';
import type { World } from '../world.ts';
import type { RareCase } from './rare-case.ts';

type Kind = 'path_payment_strict_send' | 'path_payment_strict_receive';
const KINDS = ['path_payment_strict_send', 'path_payment_strict_receive'] as const;

/** Path payments and offers that fail because of the market or because of their own source. */
export const MARKET_FAILURES: readonly RareCase[] = [
  ...KINDS.flatMap((kind): RareCase[] => [
    { name: `${kind.toUpperCase()}_TOO_FEW_OFFERS`, scenario: (world) => intoStillWater(world, kind) },
    { name: `${kind.toUpperCase()}_OFFER_CROSS_SELF`, scenario: (world) => throughOwnOffer(world, kind) },
    { name: `${kind.toUpperCase()}_MALFORMED`, scenario: (world) => ofNothing(world, kind) },
  ]),
  { name: 'PATH_PAYMENT_STRICT_SEND_UNDER_DESTMIN', scenario: askTooMuch },
  { name: 'PATH_PAYMENT_STRICT_RECEIVE_OVER_SENDMAX', scenario: offerTooLittle },
  { name: 'MANAGE_SELL_OFFER_CROSS_SELF', scenario: crossOwnOffer },
  {
    name: 'MANAGE_SELL_OFFER_UNDERFUNDED',
    scenario: (world) => offerWhatIsNotThere(world, 'manage_sell_offer'),
  },
  {
    name: 'MANAGE_BUY_OFFER_UNDERFUNDED',
    scenario: (world) => offerWhatIsNotThere(world, 'manage_buy_offer'),
  },
];

interface Route {
  readonly sender: KeyPair;
  readonly receiver: KeyPair;
  readonly sendAsset: Asset;
  readonly destAsset: Asset;
  readonly amount: bigint;
}

function send(world: World, type: Kind, route: Route): readonly TransactionPlan[] {
  const { sender, receiver, sendAsset, destAsset, amount } = route;
  const common = { destination: world.party(receiver), sendAsset, destAsset, path: [] };
  const body: OperationBody =
    type === 'path_payment_strict_send'
      ? { type, ...common, sendAmount: amount, destMin: 1n }
      : { type, ...common, sendMax: 1_000_000n * UNIT, destAmount: amount };
  return draft(world, sender, body);
}

function intoStillWater(world: World, kind: Kind) {
  const { cast } = world;
  const sender = world.idle(cast.makers);
  const receiver = world.holder(NATIVE);
  if (sender === null || receiver === null) return [];
  return send(world, kind, { sender, receiver, sendAsset: cast.illiquid, destAsset: NATIVE, amount: UNIT });
}

/** The first maker alone sells the restricted asset. */
function throughOwnOffer(world: World, kind: Kind) {
  const { cast } = world;
  const sender = world.idle(cast.makers.slice(0, 1));
  const [, receiver] = cast.makers;
  if (sender === null || receiver === undefined) return [];
  return send(world, kind, { sender, receiver, sendAsset: NATIVE, destAsset: cast.restricted, amount: UNIT });
}

function ofNothing(world: World, kind: Kind) {
  const { random, cast } = world;
  const sender = world.idle(cast.wallets);
  const destAsset = random.pick(cast.currencies);
  const receiver = world.holder(destAsset, sender);
  if (sender === null || receiver === null) return [];
  return send(world, kind, { sender, receiver, sendAsset: NATIVE, destAsset, amount: 0n });
}

function askTooMuch(world: World): readonly TransactionPlan[] {
  const { random, cast } = world;
  const sender = world.idle(cast.wallets);
  const destAsset = random.pick(cast.currencies);
  const receiver = world.holder(destAsset, sender);
  if (sender === null || receiver === null) return [];
  const destMin = world.worth(UNIT, NATIVE, destAsset, 1.5);
  const common = { destination: world.party(receiver), sendAsset: NATIVE, destAsset, path: [] };
  return draft(world, sender, { type: 'path_payment_strict_send', ...common, sendAmount: UNIT, destMin });
}

function offerTooLittle(world: World): readonly TransactionPlan[] {
  const { random, cast } = world;
  const sender = world.idle(cast.wallets);
  const destAsset = random.pick(cast.currencies);
  const receiver = world.holder(destAsset, sender);
  if (sender === null || receiver === null) return [];
  const sendMax = world.worth(UNIT, destAsset, NATIVE, 0.5);
  const common = { destination: world.party(receiver), sendAsset: NATIVE, destAsset, path: [] };
  return draft(world, sender, { type: 'path_payment_strict_receive', ...common, sendMax, destAmount: UNIT });
}

/** A payment beside the offer is rolled back with it. */
function crossOwnOffer(world: World): readonly TransactionPlan[] {
  const { cast } = world;
  const maker = world.idle(cast.makers.slice(0, 1));
  const receiver = world.holder(NATIVE);
  if (maker === null || receiver === null) return [];
  const price = priceOf(world.rate(NATIVE, cast.restricted) * 0.5);
  const offer = { selling: NATIVE, buying: cast.restricted, amount: 1_000n * UNIT, price, offerId: 0n };
  return draft(world, maker, [
    operation({ type: 'payment', destination: world.party(receiver), asset: NATIVE, amount: UNIT }),
    operation({ type: 'manage_sell_offer', ...offer }),
  ]);
}

function offerWhatIsNotThere(
  world: World,
  type: 'manage_sell_offer' | 'manage_buy_offer',
): readonly TransactionPlan[] {
  const selling = world.cast.dollar;
  const wallet = world.idle(world.cast.wallets);
  const receiver = world.holder(NATIVE, wallet);
  if (wallet === null || receiver === null) return [];
  const offer = { selling, buying: NATIVE, amount: 100_000_000n * UNIT, price: priceOf(1), offerId: 0n };
  return draft(world, wallet, [
    operation({ type, ...offer }),
    operation({ type: 'payment', destination: world.party(receiver), asset: NATIVE, amount: UNIT }),
  ]);
}
