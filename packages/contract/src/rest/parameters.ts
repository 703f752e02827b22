import { LAST_LEDGER } from '@stellar-insights/ledger';
import { z } from 'zod';

/** `native` or `CODE:ISSUER`; a byte of a code that is no letter or digit, in a malformed operation, is `\xNN`. */
export const assetParameter = z
  .string()
  .regex(/^(native|([A-Za-z0-9]|\\x[0-9a-f]{2}){0,12}:G[A-Z2-7]{55})$/, 'expected native or CODE:ISSUER')
  .meta({
    description: '`native` or `CODE:ISSUER`.',
    example: 'USDC:GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN',
  });

export const includeSelfParameter = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')
  .meta({ description: 'Whether payments of an account to itself count: nearly all of them are arbitrage.' });

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
    description: 'Number of a ledger.',
  });

export const operationIdParameter = z
  .string()
  .regex(/^[1-9][0-9]{0,18}$/, 'expected the id of an operation')
  .refine((text) => !/^[0-9]{1,19}$/.test(text) || BigInt(text) < 2n ** 63n, 'expected less than 2^63')
  .meta({ description: 'Id of an operation (SEP-35).', example: '132379546421837825' });

/** The query of a route that has none: a misspelt parameter is refused everywhere. */
export const noQuery = z.strictObject({});
