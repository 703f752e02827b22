import { LAST_LEDGER } from '@stellar-insights/ledger';
import { z } from 'zod';
import { decimalInput, LARGEST_AMOUNT, stroopsOf } from '../amount.ts';
import {
  ACCOUNT_PATTERN,
  ADDRESS_PATTERN,
  ASSET_PATTERN,
  CONTRACT_PATTERN,
  MUXED_PATTERN,
} from '../patterns.ts';
import { operationId } from '../scalars.ts';

const MAX_ROWS = 200;
const DEFAULT_ROWS = 50;

/** Codes as in the protocol's `.x` files. A code that is unknown there is `tx(-99)`, `op(-99)` or `op_13_(-99)`. */
const RESULT =
  /^(succeeded|failed|(tx|op)[A-Z0-9_]+|[A-Z0-9]+(_[A-Z0-9]+)+|(tx|op|op_[0-9]{1,3}_)\(-?[0-9]{1,10}\))$/;

export const assetParameter = z
  .string()
  .regex(new RegExp(`^${ASSET_PATTERN.replace(':', '[:-]')}$`), 'expected native or CODE:ISSUER')
  .transform((text) => text.replace('-', ':'))
  .meta({
    type: 'string',
    description: '`native` or `CODE:ISSUER`; `CODE-ISSUER` is accepted.',
    example: 'USDC:GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN',
  });

/** An account, or one muxed account of it. `description`: what the account is. */
export function accountParameter(description: string) {
  return z
    .string()
    .regex(new RegExp(`^(${ACCOUNT_PATTERN}|${MUXED_PATTERN})$`), 'expected an account: G… or M…')
    .meta({ description: `${description} \`G…\`, or \`M…\`: only with this muxed id.` });
}

/** An account, of what is recorded without muxed ids. `description`: what the account is. */
export function accountIdParameter(description: string) {
  return z
    .string()
    .regex(new RegExp(`^${ACCOUNT_PATTERN}$`), 'expected an account: G…')
    .meta({ description: `${description} \`G…\`; muxed ids are not recorded of it.` });
}

/** What can hold an asset. `description`: what it is. */
export function addressParameter(description: string) {
  return z
    .string()
    .regex(new RegExp(`^${ADDRESS_PATTERN}$`), 'expected an account, contract, claimable balance or pool')
    .meta({ description: `${description} \`G…\`, \`M…\`, \`C…\`, \`B…\` or \`L…\`.` });
}

export const contractParameter = z
  .string()
  .regex(new RegExp(`^${CONTRACT_PATTERN}$`), 'expected a contract: C…')
  .meta({ description: 'A contract, `C…`.' });

/** In a list of which rows can share an operation. */
export const operationParameter = operationId.meta({
  description: 'Only rows of this operation (SEP-35).',
  example: undefined,
});

/** The id of a claimable balance, in one spelling: its hash. Horizon writes the kind of the id before it, eight zeros. */
export const balanceParameter = z
  .string()
  .regex(/^(0{8})?[0-9a-fA-F]{64}$/, 'expected the id of a claimable balance, 64 hex digits')
  .transform((text) => text.slice(-64).toLowerCase())
  .meta({
    type: 'string',
    description: 'The id of a claimable balance, 64 hex digits; the 72 that Horizon writes are accepted.',
  });

/** The hash of a transaction, in any case. */
export const transactionHashParameter = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'expected 64 hex digits')
  .toLowerCase()
  .meta({ description: 'The hash of the transaction; of a fee bump, the outer or the inner hash.' });

/** The smallest of the amounts that the sender fixed. */
export const minimumAmountParameter = decimalInput
  .refine((amount) => stroopsOf(amount) <= LARGEST_AMOUNT, 'larger than any amount on the network')
  .meta({
    description:
      'Only payments whose `fixed`, the amount that the sender fixed, is at least this: a decimal in units of its asset.',
  });

/** What operations came to: an outcome, or the reason of a failure. */
export const resultParameter = z
  .string()
  .max(80)
  .regex(RESULT, 'expected succeeded, failed or a result code')
  .meta({ description: '`succeeded`, `failed`, or the reason of a failure, e.g. `PAYMENT_LINE_FULL`.' });

/** A moment of UTC, in one spelling. */
const momentParameter = z
  .union([z.iso.date(), z.iso.datetime()], 'expected a date or a time in UTC, e.g. 2026-11-21')
  .refine((text) => text >= '1970', 'expected 1970 or later')
  .transform((text) => new Date(text).toISOString());

/** From (inclusive) to (exclusive). */
export const periodParameters = {
  from: momentParameter.optional().meta({
    type: 'string',
    description: 'A date, whose beginning in UTC is meant, or a time in UTC.',
    example: '2026-11-21',
  }),
  to: momentParameter.optional().meta({
    type: 'string',
    description: 'A date, whose beginning in UTC is meant, or a time in UTC.',
    example: '2026-11-28T12:00:00Z',
  }),
};

interface Ends {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Whether a period has a length, as far as both of its ends are given. */
export function isPeriod({ from, to }: Ends) {
  return from === undefined || to === undefined || from < to;
}

/** As `isPeriod`, but both ends may be the same. */
export function isOrdered({ from, to }: Ends) {
  return from === undefined || to === undefined || from <= to;
}

export const includeSelfParameter = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')
  .meta({
    description: 'Whether to count payments of an account to itself. Nearly all of them are arbitrage.',
  });

export const ledgerParameter = z
  .string()
  .regex(/^[1-9][0-9]{0,9}$/, 'expected the number of a ledger')
  .transform(Number)
  .pipe(z.int().max(LAST_LEDGER))
  .meta({
    type: 'integer',
    minimum: 1,
    maximum: LAST_LEDGER,
    pattern: undefined,
    description: 'The number of a ledger.',
    example: 58_000_000,
  });

/** The parameters of every list. */
export const pagingParameters = {
  limit: z
    .string()
    .regex(/^[0-9]{1,3}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(MAX_ROWS))
    .prefault(String(DEFAULT_ROWS))
    .meta({
      type: 'integer',
      minimum: 1,
      maximum: MAX_ROWS,
      default: DEFAULT_ROWS,
      pattern: undefined,
      description: 'The largest number of rows on a page.',
    }),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,1024}$/, 'expected the `next_cursor` of a page')
    .optional()
    .meta({
      description: 'The `next_cursor` of the page before, unchanged. Repeat all other parameters.',
    }),
};

const LIST_FORMATS = ['json', 'csv', 'excel', 'ndjson'] as const;

/** In which a list can be asked for. */
export const FORMATS = [...LIST_FORMATS, 'ndjson-stream'] as const;
export type ListFormat = (typeof FORMATS)[number];

const FORMAT =
  'The format of the answer, for clients that cannot send `Accept`, such as browsers and spreadsheets; it goes before `Accept`. `csv` is CSV for programs; `excel` is CSV that Excel and Google Sheets open without changing ids; `ndjson` has one row per line.';

export const formatParameter = z.enum(LIST_FORMATS).optional().meta({ description: FORMAT });

/** The parameters of every list that is also CSV and NDJSON. */
export const listParameters = { ...pagingParameters, format: formatParameter };

/** As `listParameters`, of a list that can be streamed beyond a page. */
export const streamedListParameters = {
  ...pagingParameters,
  format: z
    .enum(FORMATS)
    .optional()
    .meta({
      description: `${FORMAT} \`ndjson-stream\` goes on with the pages that follow, as they are read: up to 500 pages in a minute. Its last line is not a row but the list without \`data\`: \`page.next_cursor\` is where the next request goes on, or null. Without that line the answer is not whole.`,
    }),
};

/** For a route without a query, so that every unknown parameter is refused. */
export const noQuery = z.strictObject({});
