import { deriveKeyPair, type KeyPair, type Party } from '../key-pair.ts';
import type { Random } from '../random.ts';
import { isCredit, type Asset } from '../state/asset.ts';
import { spendable } from '../state/holdings.ts';
import type { Store } from '../state/store.ts';
import type { Cast } from './cast.ts';

/** The state before a ledger closes, from which its transactions are planned. */
export class World {
  readonly store: Store;
  readonly cast: Cast;
  readonly random: Random;
  readonly #seed: string;
  readonly #prices: Map<Asset, number>;
  readonly #busy = new Set<string>();
  #nobodies = 0;
  /** Accounts created by transactions, newest last. Some may have been merged since. */
  readonly newcomers: KeyPair[] = [];
  /** Of the ledger that is being filled. */
  protocol = 0;
  /** Unix seconds. */
  closeTime = 0;

  constructor(seed: string, store: Store, cast: Cast, random: Random) {
    this.#seed = seed;
    this.store = store;
    this.cast = cast;
    this.random = random;
    this.#prices = new Map(cast.prices);
  }

  /** Begins the next ledger: prices move a little, and every account may act again. */
  enterLedger(protocol: number, closeTime: number): void {
    this.protocol = protocol;
    this.closeTime = closeTime;
    this.#busy.clear();
    for (const [asset, price] of this.#prices) {
      if (isCredit(asset)) this.#prices.set(asset, price * (1 + (this.random.fraction() - 0.5) * 0.004));
    }
  }

  /** An account without a transaction in this ledger, since an account has at most one. Null: all have one. */
  idle(people: readonly KeyPair[]): KeyPair | null {
    for (let attempt = 0; attempt < 8 && people.length > 0; attempt += 1) {
      const person = this.random.pick(people);
      if (this.#busy.has(person.id) || this.store.account(person.id) === undefined) continue;
      this.#busy.add(person.id);
      return person;
    }
    return null;
  }

  /** A key pair that has no account. */
  nobody(): KeyPair {
    this.#nobodies += 1;
    return deriveKeyPair(`${this.#seed}/nobody/${this.#nobodies}`);
  }

  /** The account as an operation names it: now and then with a muxed id. */
  party(account: KeyPair): Party {
    const muxed = this.protocol >= 13 && this.random.chance(0.1);
    return { account, muxedId: muxed ? this.random.uint64() : null };
  }

  /** Whether it has, or could have, some of the asset. */
  holds({ id }: KeyPair, asset: Asset): boolean {
    return !isCredit(asset) || this.store.trustline(id, asset)?.authorization === 'authorized';
  }

  /** A wallet that holds the asset. */
  holder(asset: Asset, except: KeyPair | null = null): KeyPair | null {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const wallet = this.random.pick(this.cast.wallets);
      if (wallet.id !== except?.id && this.holds(wallet, asset)) return wallet;
    }
    return null;
  }

  /** An amount the holder can afford: a share of what it has. */
  affordable(holder: KeyPair, asset: Asset, low = 0.0005, high = 0.02): bigint {
    const amount = this.random.share(spendable(this.store, holder, asset), low, high);
    return amount > 0n ? amount : 1n;
  }

  /** What one unit is worth in another asset. */
  rate(from: Asset, to: Asset): number {
    return (this.#prices.get(from) ?? 1) / (this.#prices.get(to) ?? 1);
  }

  /** What an amount is worth in another asset, times `factor`. */
  worth(amount: bigint, from: Asset, to: Asset, factor = 1): bigint {
    const worth = (amount * BigInt(Math.round(this.rate(from, to) * factor * 1e6))) / 1_000_000n;
    return worth > 0n ? worth : 1n;
  }
}
