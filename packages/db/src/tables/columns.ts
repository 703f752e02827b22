import type {
  AccountId,
  AssetId,
  Hash,
  LedgerSequence,
  OperationId,
  ResultCode,
  Stroops,
} from '@stellar-insights/ledger';
import { bigint, boolean, customType, numeric, text, timestamp } from './drizzle.ts';

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
export const operationId = (name: string) => bigint(name, { mode: 'bigint' }).$type<OperationId>();
export const stroops = (name: string) => bigint(name, { mode: 'bigint' }).$type<Stroops>();
/** The id of a muxed account is a uint64. */
export const uint64 = (name: string) => numeric(name, { precision: 20, scale: 0, mode: 'bigint' });
export const account = (name: string) => text(name).$type<AccountId>();
export const asset = (name: string) => text(name).$type<AssetId>();
export const resultCode = (name: string) => text(name).$type<ResultCode>();
/** To the millisecond: future protocols may close ledgers at such times. */
export const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });
/** Key of a table that holds one row. */
export const onlyRow = () => boolean('only_row').primaryKey().default(true);
