import { NATIVE, type Asset } from '../state/asset.ts';
import { draft, type Scenario } from './draft.ts';
import { priceOf } from './price.ts';
import type { World } from './world.ts';

/** A wallet sends one asset, and the receiver gets another, over up to three hops. */
export const convert: Scenario = (world) => {
  const { random, cast } = world;
  const [sendAsset, destAsset] = pair(world);
  const sender = world.idle(cast.wallets);
  const receiver = world.holder(destAsset, sender);
  if (sender === null || receiver === null || !world.holds(sender, sendAsset)) return [];
  const path = between(world, sendAsset, destAsset);
  const destination = world.party(receiver);
  const sendAmount = world.affordable(sender, sendAsset, 0.0002, 0.01);
  const assets = { sendAsset, destination, destAsset, path };
  // Some leave no room for spread and slippage, and fail.
  const tolerance = random.pick([0.9, 0.93, 0.97, 0.999]);
  if (random.chance(0.6)) {
    const destMin = world.worth(sendAmount, sendAsset, destAsset, tolerance);
    return draft(world, sender, { type: 'path_payment_strict_send', ...assets, sendAmount, destMin });
  }
  const destAmount = world.worth(sendAmount, sendAsset, destAsset);
  const sendMax = world.worth(sendAmount, sendAsset, sendAsset, 1 / tolerance);
  return draft(world, sender, { type: 'path_payment_strict_receive', ...assets, sendMax, destAmount });
};

/** A bot sends an asset in a circle to itself; most attempts fail. */
export const arbitrage: Scenario = (world) => {
  const { random, cast } = world;
  const bot = world.idle(cast.bots);
  if (bot === null) return [];
  const asset = random.chance(0.6) ? NATIVE : random.pick(cast.currencies);
  const others = [NATIVE, ...cast.currencies].filter(({ id }) => id !== asset.id);
  const path = random.chance(0.5) ? [random.pick(others)] : [random.pick(others), random.pick(others)];
  const amount = world.affordable(bot, asset, 0.0001, 0.001);
  // One in six takes a loss to move money; the rest insist on a gain that the market seldom has.
  const insists = random.chance(0.84);
  const destination = world.party(bot);
  const circle = { sendAsset: asset, destination, destAsset: asset, path };
  if (random.chance(0.7)) {
    const destMin = insists ? amount + amount / 20n + 1n : amount / 2n + 1n;
    return draft(world, bot, { type: 'path_payment_strict_send', ...circle, sendAmount: amount, destMin });
  }
  const sendMax = insists ? amount - amount / 20n : amount * 2n;
  return draft(world, bot, { type: 'path_payment_strict_receive', ...circle, sendMax, destAmount: amount });
};

/** A maker moves one of its offers to the current price, or adds one. */
export const quote: Scenario = (world) => {
  const { random, store } = world;
  const maker = world.idle(world.cast.makers);
  if (maker === null) return [];
  const [selling, buying] = marketPair(world);
  const own = store.book(selling, buying).filter(({ seller }) => seller.id === maker.id);
  const offerId = own.length < 3 ? 0n : random.pick(own).id;
  const price = priceOf(world.rate(selling, buying) * (1.001 + random.fraction() * 0.01));
  const amount = world.affordable(maker, selling, 0.0005, 0.005);
  return draft(world, maker, { type: 'manage_sell_offer', selling, buying, amount, price, offerId });
};

/** A maker deletes its oldest offer in a book. */
export const withdrawQuote: Scenario = (world) => {
  const maker = world.idle(world.cast.makers);
  if (maker === null) return [];
  const [selling, buying] = marketPair(world);
  const offer = world.store.book(selling, buying).find(({ seller }) => seller.id === maker.id);
  if (offer === undefined) return [];
  const { price, id: offerId } = offer;
  return draft(world, maker, { type: 'manage_sell_offer', selling, buying, amount: 0n, price, offerId });
};

/** A wallet takes offers from the book, by a sell or a buy offer that crosses at once. */
export const takeOffer: Scenario = (world) => {
  const { random, cast } = world;
  const wallet = world.idle(cast.wallets);
  const [selling, buying] = marketPair(world);
  if (wallet === null || !world.holds(wallet, selling) || !world.holds(wallet, buying)) return [];
  const amount = world.affordable(wallet, selling, 0.001, 0.02);
  const offer = { selling, buying, offerId: 0n };
  if (random.chance(0.5)) {
    const price = priceOf(world.rate(selling, buying) * 0.95);
    return draft(world, wallet, { type: 'manage_sell_offer', ...offer, amount, price });
  }
  const wanted = world.worth(amount, selling, buying, 0.9);
  const price = priceOf(world.rate(buying, selling) * 1.05);
  return draft(world, wallet, { type: 'manage_buy_offer', ...offer, amount: wanted, price });
};

/** Two different assets with a market between them. */
export function marketPair({ random, cast }: World): [Asset, Asset] {
  const [usd, eur] = cast.currencies;
  if (usd !== undefined && eur !== undefined && random.chance(0.2)) {
    return random.chance(0.5) ? [usd, eur] : [eur, usd];
  }
  const currency = random.pick(cast.currencies);
  return random.chance(0.5) ? [NATIVE, currency] : [currency, NATIVE];
}

/** Any two different assets. */
function pair({ random, cast }: World): [Asset, Asset] {
  const assets = [NATIVE, ...cast.currencies];
  const first = random.pick(assets);
  return [first, random.pick(assets.filter(({ id }) => id !== first.id))];
}

/** Every asset has a market with native, few with each other. */
function between({ random, cast }: World, from: Asset, to: Asset): Asset[] {
  if (from.issuer !== null && to.issuer !== null) return [NATIVE];
  const detour = random.pick(cast.currencies);
  if (random.chance(0.8) || detour.id === from.id || detour.id === to.id) return [];
  return from.issuer === null && to.issuer !== null ? [detour, NATIVE] : [NATIVE, detour];
}
