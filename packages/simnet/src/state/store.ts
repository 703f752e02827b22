import type { AccountId, Hash, PoolId } from '@stellar-insights/ledger';
import type { Contract } from '../contracts/contract.ts';
import type { Asset, CreditAsset } from './asset.ts';
import { OfferBooks } from './offer-books.ts';
import {
  entryKey,
  keyOf,
  type Account,
  type ClaimableBalance,
  type ContractBalance,
  type Entry,
  type Offer,
  type Pool,
  type PoolShare,
  type Trustline,
} from './entries.ts';

/** An entry with the ledger that last changed it. */
export interface StoredEntry {
  readonly entry: Entry;
  readonly modified: number;
}

/** The change of one entry since a mark; null if it did not exist. */
export interface EntryChange {
  readonly before: StoredEntry | null;
  readonly after: StoredEntry | null;
}

/** A point to roll back to, or to list changes since. */
export interface Mark {
  readonly length: number;
  readonly idPool: bigint;
}

/** The state of the network. Every write is journaled until `settle`, so that a failed transaction leaves no trace. */
export class Store {
  /** The ledger being closed. */
  ledger: number;
  /** The last id given to an offer. */
  idPool = 0n;
  readonly #entries = new Map<string, StoredEntry>();
  readonly #kinds = new Map<Entry['kind'], Map<string, Entry>>();
  readonly #books = new OfferBooks();
  readonly #journal: { readonly key: string; readonly before: StoredEntry | null }[] = [];

  constructor(ledger: number) {
    this.ledger = ledger;
  }

  put(entry: Entry): void {
    this.#write(keyOf(entry), { entry, modified: this.ledger });
  }

  remove(entry: Entry): void {
    this.#write(keyOf(entry), null);
  }

  account(id: AccountId): Account | undefined {
    return this.#find('account', entryKey.account(id));
  }

  trustline(id: AccountId, asset: CreditAsset): Trustline | undefined {
    return this.#find('trustline', entryKey.trustline(id, asset));
  }

  poolShare(id: AccountId, pool: PoolId): PoolShare | undefined {
    return this.#find('pool_share', entryKey.poolShare(id, pool));
  }

  offer(id: bigint): Offer | undefined {
    return this.#find('offer', entryKey.offer(id));
  }

  pool(id: PoolId): Pool | undefined {
    return this.#find('pool', entryKey.pool(id));
  }

  claimableBalance(id: Hash): ClaimableBalance | undefined {
    return this.#find('claimable_balance', entryKey.claimableBalance(id));
  }

  contractBalance(owner: Contract, token: Contract): ContractBalance | undefined {
    return this.#find('contract_balance', entryKey.contractBalance(owner, token));
  }

  /** Offers that sell one asset for another, best price first. */
  book(selling: Asset, buying: Asset): readonly Offer[] {
    return this.#books.book(selling, buying);
  }

  *entries(): Iterable<Entry> {
    for (const { entry } of this.#entries.values()) yield entry;
  }

  /** All entries of a kind. */
  ofKind<Kind extends Entry['kind']>(kind: Kind): Extract<Entry, { kind: Kind }>[] {
    return [...(this.#kinds.get(kind)?.values() ?? [])].filter((entry) => isKind(entry, kind));
  }

  storedEntries(): Iterable<StoredEntry> {
    return this.#entries.values();
  }

  /** The entry under one of `entryKey`'s keys. */
  stored(key: string): StoredEntry | undefined {
    return this.#entries.get(key);
  }

  mark(): Mark {
    return { length: this.#journal.length, idPool: this.idPool };
  }

  rollback(mark: Mark): void {
    while (this.#journal.length > mark.length) {
      const last = this.#journal.pop();
      if (last !== undefined) this.#set(last.key, last.before);
    }
    this.idPool = mark.idPool;
  }

  /** The changes since `mark`, one for each entry, in the order of the first change. */
  changesSince(mark: Mark): EntryChange[] {
    const first = new Map<string, StoredEntry | null>();
    for (const { key, before } of this.#journal.slice(mark.length)) {
      if (!first.has(key)) first.set(key, before);
    }
    return [...first]
      .map(([key, before]) => ({ before, after: this.#entries.get(key) ?? null }))
      .filter(({ before, after }) => before !== after);
  }

  /** Deletes the journal: the changes can no longer be rolled back. */
  settle(): void {
    this.#journal.length = 0;
  }

  #find<Kind extends Entry['kind']>(kind: Kind, key: string): Extract<Entry, { kind: Kind }> | undefined {
    const entry = this.#entries.get(key)?.entry;
    return entry !== undefined && isKind(entry, kind) ? entry : undefined;
  }

  #write(key: string, next: StoredEntry | null): void {
    this.#journal.push({ key, before: this.#entries.get(key) ?? null });
    this.#set(key, next);
  }

  #set(key: string, next: StoredEntry | null): void {
    const previous = this.#entries.get(key)?.entry;
    if (previous?.kind === 'offer') this.#books.remove(previous);
    if (next === null) {
      this.#entries.delete(key);
      if (previous !== undefined) this.#kind(previous).delete(key);
    } else {
      this.#entries.set(key, next);
      this.#kind(next.entry).set(key, next.entry);
    }
    if (next?.entry.kind === 'offer') this.#books.add(next.entry);
  }

  #kind({ kind }: Entry): Map<string, Entry> {
    const entries = this.#kinds.get(kind) ?? new Map<string, Entry>();
    this.#kinds.set(kind, entries);
    return entries;
  }
}

function isKind<Kind extends Entry['kind']>(
  entry: Entry,
  kind: Kind,
): entry is Extract<Entry, { kind: Kind }> {
  return entry.kind === kind;
}
