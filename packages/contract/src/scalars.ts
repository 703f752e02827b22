import { BLAMES, LAST_LEDGER } from '@stellar-insights/ledger';
import { z } from 'zod';
import { ACCOUNT_PATTERN } from './patterns.ts';

/** 32 bytes as 64 lower-case hex digits. */
export const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** An amount in the asset's smallest unit, a decimal integer: 1 unit = 10^7 stroops. */
export const stroops = z.string().regex(/^(0|-?[1-9][0-9]*)$/);
/** An exact amount in units of the asset, always with seven decimals, e.g. `12.0000000`. */
export const decimal = z
  .string()
  .regex(/^-?(0|[1-9][0-9]*)\.[0-9]{7}$/)
  .meta({ description: 'An exact amount in units of the asset.', example: '12.5000000' });

type Amount<Name extends string, Decimal, Stroops> = { readonly [Key in Name]: Decimal } & {
  readonly [Key in `${Name}_stroops`]: Stroops;
};

/** Two fields: `name` in units of the asset, `name_stroops` in stroops. */
export function amount<const Name extends string>(name: Name) {
  return { [name]: decimal, [`${name}_stroops`]: stroops } as Amount<Name, typeof decimal, typeof stroops>;
}

/** As `amount`; both fields are null where it is not known. */
export function unknownAmount<const Name extends string>(name: Name) {
  const [units, integer] = [decimal.nullable(), stroops.nullable()];
  return { [name]: units, [`${name}_stroops`]: integer } as Amount<Name, typeof units, typeof integer>;
}

export const uint32 = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
/** A uint64 as a decimal. */
export const uint64 = z.string().regex(/^(0|[1-9][0-9]{0,19})$/);
/** `G…`. */
export const account = z.string().regex(new RegExp(`^${ACCOUNT_PATTERN}$`));
/** `native` or `CODE:ISSUER`. */
export const asset = z.string().min(1);
export const ledgerSequence = z.int().min(1).max(LAST_LEDGER);
/** SEP-35: `ledger · 2^32 + transaction index · 2^12 + operation index`, as a decimal. */
export const operationId = z
  .string()
  .regex(/^[1-9][0-9]{0,18}$/, 'expected the id of an operation')
  .refine((text) => !/^[0-9]{1,19}$/.test(text) || BigInt(text) < 2n ** 63n, 'expected less than 2^63')
  .meta({ description: 'The id of an operation (SEP-35).', example: '132379546421837825' });
/** The id of a row that shares its operation with others: `op_id`, and its place among them, from 0. */
export const partId = z
  .string()
  .regex(/^[1-9][0-9]{0,18}-[0-9]+$/)
  .meta({ description: 'The id of the operation, and the place of this row among its rows.' });
export const count = z.int().nonnegative();
/** ISO 8601 in UTC, with milliseconds. */
export const time = z.iso.datetime({ precision: 3 });
/** Who could have prevented a failure. */
export const blame = z.enum(BLAMES);
