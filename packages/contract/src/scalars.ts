import { BLAMES, LAST_LEDGER } from '@stellar-insights/ledger';
import { z } from 'zod';
import { ACCOUNT_PATTERN, ADDRESS_PATTERN, CONTRACT_PATTERN } from './patterns.ts';

export const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({
    description: '32 bytes as 64 lower-case hex digits.',
    example: 'dd7b1ab831c273310ddbec6f97870aa83c2fbd78ce22aded37ecbf4f3380fac7',
  });
export const stroops = z
  .string()
  .regex(/^(0|-?[1-9][0-9]*)$/)
  .meta({ description: 'An exact amount in stroops: 1 unit = 10^7 stroops.', example: '125000000' });
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
export const uint64 = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,19})$/)
  .meta({ description: 'An integer of 64 bits without a sign, as a decimal.', example: '4711' });
export const account = z
  .string()
  .regex(new RegExp(`^${ACCOUNT_PATTERN}$`))
  .meta({
    description: 'An account, `G…`.',
    example: 'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN',
  });
export const contract = z
  .string()
  .regex(new RegExp(`^${CONTRACT_PATTERN}$`))
  .meta({
    description: 'A contract, `C…`.',
    example: 'CCW67TSZV3SSS2HXMBQ5JFGCKJNXKZM7UQUWUZPUTHXSTZLEO7SJMI75',
  });
export const address = z
  .string()
  .regex(new RegExp(`^${ADDRESS_PATTERN}$`))
  .meta({
    description:
      'What can hold an asset: an account `G…`, a contract `C…`, a claimable balance `B…` or a liquidity pool `L…`.',
    example: 'CCW67TSZV3SSS2HXMBQ5JFGCKJNXKZM7UQUWUZPUTHXSTZLEO7SJMI75',
  });
export const asset = z.string().min(1).meta({
  description: '`native` or `CODE:ISSUER`.',
  example: 'USDC:GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN',
});
export const ledgerSequence = z
  .int()
  .min(1)
  .max(LAST_LEDGER)
  .meta({ description: 'The number of a ledger.', example: 58_000_000 });
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
export const time = z.iso.datetime({ precision: 3 }).meta({
  description: 'A time in UTC (ISO 8601), with milliseconds.',
  example: '2026-11-28T12:00:00.000Z',
});
export const blame = z.enum(BLAMES).meta({ description: 'Who could have prevented a failure.' });
