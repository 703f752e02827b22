import { addressKey, type Address, type AssetId, type ResultCode } from '@stellar-insights/ledger';

/** What the dictionary has ids for. A kind is called as its table. */
export const KINDS = ['accounts', 'assets', 'codes'] as const;
export type Kind = (typeof KINDS)[number];

/** Names by kind; none of a kind that is absent. */
export interface Names {
  /** Accounts and other addresses. */
  readonly accounts?: Iterable<Address>;
  readonly assets?: Iterable<AssetId>;
  readonly codes?: Iterable<ResultCode>;
}

/** The ids of names. A name that the dictionary does not hold is absent. */
export type IdsByName = Readonly<Record<Kind, ReadonlyMap<string, number>>>;

/** Ids by kind; none of a kind that is absent. */
export type Ids = { readonly [K in Kind]?: Iterable<number> };

/** The names of ids. */
export interface NamesById {
  readonly accounts: ReadonlyMap<number, Address>;
  readonly assets: ReadonlyMap<number, AssetId>;
  readonly codes: ReadonlyMap<number, ResultCode>;
}

interface Column {
  readonly name: string;
  readonly type: 'bytea' | 'text';
  /** As Postgres reads it; null if nothing can have this name. */
  readonly encode: (name: string) => string | null;
}

/** Where each kind's table holds the names. */
export const COLUMNS: Readonly<Record<Kind, Column>> = {
  accounts: {
    name: 'key',
    type: 'bytea',
    encode: (address) => {
      const key = addressKey(address);
      return key === null ? null : `\\x${key.toString('hex')}`;
    },
  },
  assets: { name: 'asset', type: 'text', encode: (asset) => asset },
  codes: { name: 'code', type: 'text', encode: (code) => code },
};
