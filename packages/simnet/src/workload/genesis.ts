import { poolIdOf, poolOrder, squareRoot } from '../exchange/constant-product.ts';
import { replaceOffer } from '../exchange/offer-liabilities.ts';
import type { KeyPair } from '../key-pair.ts';
import type { Random } from '../random.ts';
import { NATIVE, type Asset, type CreditAsset } from '../state/asset.ts';
import { newAccount, type Account, type Authorization, type Offer } from '../state/entries.ts';
import { BASE_RESERVE, countSubentries, debit, MAX_AMOUNT, spendable } from '../state/holdings.ts';
import type { Store } from '../state/store.ts';
import type { Cast } from './cast.ts';
import { priceOf } from './price.ts';

export const UNIT = 10_000_000n;
/** 50 billion units of native. The root account holds what is not given out below. */
export const TOTAL_COINS = 50_000_000_000n * UNIT;

const AUTH_REQUIRED = 1;
const AUTH_REVOCABLE = 2;
const AUTH_IMMUTABLE = 4;
const AUTH_CLAWBACK_ENABLED = 8;
const RESTRICTED = AUTH_REQUIRED | AUTH_REVOCABLE | AUTH_CLAWBACK_ENABLED;
/** So many different prices do makers ask for at the beginning. */
const PRICE_LEVELS = 4;
const LARGEST_PRICE = { n: 0x7fff_ffff, d: 1 };

/** The state the network starts from, as if it had run for a while. */
export function populate(store: Store, cast: Cast, random: Random): void {
  store.put(newAccount(cast.root, TOTAL_COINS));
  const grant = (owner: KeyPair, units: bigint, change: Partial<Account> = {}) => {
    const balance = units * UNIT;
    store.put({ ...newAccount(owner, balance), ...change });
    debit(store, cast.root, NATIVE, balance);
  };
  for (const { asset, homeDomain, approvesHolders } of cast.anchors) {
    grant(asset.issuer, 10_000n, { homeDomain, flags: approvesHolders ? RESTRICTED : 0 });
  }
  grant(cast.illiquid.issuer, 10n);
  populateWallets(store, cast, random, grant);
  populateMarkets(store, cast, grant);
  populateMisfits(store, cast, grant);
}

type Grant = (owner: KeyPair, units: bigint, change?: Partial<Account>) => void;

function populateWallets(
  store: Store,
  { wallets, bots, currencies, dollar, restricted, feeSponsors }: Cast,
  random: Random,
  grant: Grant,
): void {
  for (const wallet of wallets) {
    grant(wallet, BigInt(random.integer(500, 20_000)));
    for (const asset of currencies.filter((one) => one === dollar || random.chance(0.5))) {
      openTrustline(store, wallet, asset, BigInt(random.integer(50, 5_000)) * UNIT);
    }
  }
  for (const wallet of wallets.slice(0, 10)) openTrustline(store, wallet, restricted, 500n * UNIT);
  for (const bot of bots) {
    grant(bot, 200_000n);
    for (const asset of currencies) openTrustline(store, bot, asset, 20_000n * UNIT);
  }
  for (const sponsor of feeSponsors) grant(sponsor, 100_000n);
}

/** Makers hold everything; each currency has a pool with native, and the first two have one with each other. */
function populateMarkets(store: Store, cast: Cast, grant: Grant): void {
  const { makers, currencies, restricted, illiquid } = cast;
  for (const maker of makers) {
    grant(maker, 100_000_000n);
    for (const asset of [...currencies, restricted]) openTrustline(store, maker, asset, 50_000_000n * UNIT);
    openTrustline(store, maker, illiquid, 1_000n * UNIT);
  }
  const [usd, eur] = currencies;
  const pairs: [Asset, Asset][] = currencies.map((asset) => [NATIVE, asset]);
  if (usd !== undefined && eur !== undefined) pairs.push([usd, eur]);
  for (const [one, other] of pairs) openPool(store, cast, one, other);
  for (const [one, other] of [...pairs, [NATIVE, restricted] as [Asset, Asset]]) {
    const sellers = other === restricted ? makers.slice(0, 1) : makers;
    sellers.forEach((seller, level) => {
      placeOffer(store, cast, { seller, selling: one, buying: other, level: level % PRICE_LEVELS });
      placeOffer(store, cast, { seller, selling: other, buying: one, level: level % PRICE_LEVELS });
    });
  }
}

/** Accounts with which payments fail. */
function populateMisfits(store: Store, cast: Cast, grant: Grant): void {
  const { strangers, barred, brimming, paupers, hoarder, vault, restricted, illiquid, dollar } = cast;
  for (const stranger of strangers) grant(stranger, 1_000n);
  for (const holder of barred) {
    grant(holder, 1_000n);
    openTrustline(store, holder, restricted, 1_000n * UNIT, { authorization: 'unauthorized' });
  }
  for (const holder of brimming) {
    grant(holder, 1_000n);
    openTrustline(store, holder, dollar, 1_000n * UNIT, { limit: 1_000n * UNIT });
  }
  // The reserve of an empty account is one unit.
  for (const pauper of paupers) grant(pauper, (2n * BASE_RESERVE) / UNIT);
  grant(vault, 100n, { flags: AUTH_IMMUTABLE });
  grant(hoarder, 100n);
  openTrustline(store, hoarder, illiquid, 1_000n * UNIT);
  const amount = (MAX_AMOUNT - 200n * UNIT) / BigInt(LARGEST_PRICE.n);
  place(store, { seller: hoarder, selling: illiquid, buying: NATIVE, amount, price: LARGEST_PRICE });
}

function openTrustline(
  store: Store,
  owner: KeyPair,
  asset: CreditAsset,
  balance: bigint,
  change: { readonly limit?: bigint; readonly authorization?: Authorization } = {},
): void {
  const liabilities = { selling: 0n, buying: 0n };
  const clawbackEnabled = ((store.account(asset.issuer.id)?.flags ?? 0) & AUTH_CLAWBACK_ENABLED) !== 0;
  const line = {
    limit: MAX_AMOUNT,
    authorization: 'authorized' as const,
    clawbackEnabled,
    liabilities,
    ...change,
  };
  store.put({ kind: 'trustline', owner, asset, balance, ...line });
  countSubentries(store, owner, 1);
}

function openPool(store: Store, { root, makers, prices }: Cast, one: Asset, other: Asset): void {
  const [assetA, assetB] = poolOrder(one, other);
  const id = poolIdOf(one, other);
  const value = 2_000_000;
  const reserve = (asset: Asset) => BigInt(Math.round(value / (prices.get(asset) ?? 1))) * UNIT;
  const [reserveA, reserveB] = [reserve(assetA), reserve(assetB)];
  const each = squareRoot(reserveA * reserveB) / BigInt(makers.length);
  const [shares, trustlines] = [each * BigInt(makers.length), BigInt(makers.length)];
  store.put({ kind: 'pool', id, assetA, assetB, reserveA, reserveB, shares, trustlines });
  if (assetA === NATIVE) debit(store, root, NATIVE, reserveA);
  for (const owner of makers) {
    store.put({ kind: 'pool_share', owner, pool: id, balance: each, limit: MAX_AMOUNT });
    countSubentries(store, owner, 2);
  }
}

function placeOffer(
  store: Store,
  { prices }: Cast,
  offer: Pick<Offer, 'seller' | 'selling' | 'buying'> & { readonly level: number },
): void {
  const { seller, selling, buying, level } = offer;
  const fair = (prices.get(selling) ?? 1) / (prices.get(buying) ?? 1);
  const price = priceOf(fair * (1.002 + 0.002 * level));
  place(store, { seller, selling, buying, amount: spendable(store, seller, selling) / 200n, price });
}

function place(store: Store, offer: Omit<Offer, 'kind' | 'id'>): void {
  store.idPool += 1n;
  replaceOffer(store, null, { kind: 'offer', id: store.idPool, ...offer });
}
