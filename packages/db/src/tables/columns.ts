import type {
  AccountId,
  Address,
  AssetId,
  Hash,
  LedgerSequence,
  ResultCode,
  Stroops,
} from '@stellar-insights/ledger';
import { bigint, boolean, customType, integer, numeric, text, timestamp } from './drizzle.ts';
import { nameColumn } from './name-column.ts';

/** 32 bytes: half the size of their hex digits. */
export const hash = customType<{ data: Hash; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (digits) => Buffer.from(digits, 'hex'),
  fromDriver: (stored) => Buffer.from(stored).toString('hex') as Hash,
});

export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
});

/** A ledger's number is a uint32. */
export const ledgerSequence = (name: string) => bigint(name, { mode: 'number' }).$type<LedgerSequence>();
/** A ledger's number in the tables that have many rows for each ledger: up to 2^31 − 1, which is 340 years away. */
export const ledgerOfRow = (name: string) => integer(name).$type<LedgerSequence>();
/** The lower 32 bits of an operation's id; the upper ones are its ledger. */
export const position = () => integer('position');
export const stroops = (name: string) => bigint(name, { mode: 'bigint' }).$type<Stroops>();
/** As int8, since int4 has a sign. */
export const uint32 = (name: string) => bigint(name, { mode: 'number' });
/** The id of a muxed account is a uint64. */
export const uint64 = (name: string) => numeric(name, { precision: 20, scale: 0, mode: 'bigint' });
/** What a contract can hold; its numbers have a sign. */
export const int128 = (name: string) => numeric(name, { precision: 39, scale: 0, mode: 'bigint' });
export const account = (name: string) => nameColumn<AccountId>(name, 'accounts');
/** Whoever can have an asset: an account, a contract, a balance or a pool. */
export const address = (name: string) => nameColumn<Address>(name, 'accounts');
export const asset = (name: string) => nameColumn<AssetId>(name, 'assets');
export const resultCode = (name: string) => nameColumn<ResultCode>(name, 'codes');
/** An account by its name, where few rows have one: `G…`. */
export const accountText = (name: string) => text(name).$type<AccountId>();
export const assetText = (name: string) => text(name).$type<AssetId>();
export const codeText = (name: string) => text(name).$type<ResultCode>();
/** To the millisecond: future protocols may close ledgers at such times. */
export const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });
/** Key of a table that holds one row. */
export const onlyRow = () => boolean('only_row').primaryKey().default(true);

/** A word by one letter, in one byte. `letters` gives each word one of its own. */
export function letterColumn<Word extends string>(name: string, letters: Readonly<Record<Word, string>>) {
  const words = new Map(Object.entries<string>(letters).map(([word, letter]) => [letter, word as Word]));
  return customType<{ data: Word; driverData: string }>({
    dataType: () => '"char"',
    toDriver: (word) => letters[word],
    fromDriver: (letter) => {
      const word = words.get(letter);
      if (word === undefined)
        throw new TypeError(
          `found the letter "${letter}" in the column ${name}, expected one of ${[...words.keys()].join()}`,
        );
      return word;
    },
  })(name);
}
