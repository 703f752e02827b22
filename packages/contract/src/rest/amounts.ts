import { z } from 'zod';

/** An amount in units of the asset, exact: always seven decimals, e.g. `12.0000000`. */
export const decimal = z
  .string()
  .regex(/^-?(0|[1-9][0-9]*)\.[0-9]{7}$/)
  .meta({ description: 'Amount in units of the asset, exact.', example: '12.5000000' });
