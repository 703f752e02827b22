import { PAYMENT_TYPES } from '@stellar-insights/ledger';
import { z } from 'zod';
import { account, asset, hash, ledgerSequence, stroops, time, uint64 } from '../events/fields.ts';
import { memo } from '../events/payment.ts';
import { decimal } from './amounts.ts';
import { asOf } from './as-of.ts';
import { blame } from './blame.ts';
import { page, pagingParameters } from './paging.ts';
import { assetParameter, operationIdParameter } from './parameters.ts';

const payment = z
  .object({
    op_id: operationIdParameter,
    ledger: ledgerSequence,
    closed_at: time,
    tx_hash: hash,
    inner_hash: hash.nullable(),
    operation_index: z.int().positive(),
    memo,
    type: z.enum(PAYMENT_TYPES),
    source: account,
    source_muxed_id: uint64.nullable(),
    destination: account,
    destination_muxed_id: uint64.nullable(),
    source_asset: asset,
    dest_asset: asset,
    path: z.array(asset),
    fixed_side: z.enum(['source', 'dest']),
    fixed: decimal.nullable(),
    fixed_stroops: stroops.nullable(),
    limit: decimal.nullable(),
    limit_stroops: stroops.nullable(),
    sent: decimal.nullable(),
    sent_stroops: stroops.nullable(),
    delivered: decimal.nullable(),
    delivered_stroops: stroops.nullable(),
    succeeded: z.boolean(),
    failure: z
      .object({
        reason: z.string(),
        blame,
        cause: z.object({ operation_index: z.int().positive(), code: z.string() }).nullable(),
      })
      .nullable(),
    is_self_payment: z.boolean(),
    is_cycle: z.boolean(),
  })
  .meta({
    id: 'Payment',
    description:
      'An operation that moved, or tried to move, value. `fixed` is the amount on the side the sender fixed, `limit` the bound on the other; `sent` and `delivered` are null if it failed. `tx_hash` is the hash in the ledger, of a fee bump the outer one.',
  });

/** Codes as in the protocol's `.x` files; one that is not known there is `tx(-99)`, `op(-99)` or `op_13_(-99)`. */
const RESULT =
  /^(succeeded|failed|(tx|op)[A-Z0-9_]+|[A-Z0-9]+(_[A-Z0-9]+)+|(tx|op|op_[0-9]{1,3}_)\(-?[0-9]{1,10}\))$/;

export const paymentsQuery = z.strictObject({
  account: account.optional().meta({ description: 'Source or destination, `G…`.' }),
  asset: assetParameter.optional(),
  tx_hash: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'expected 64 hex digits')
    .toLowerCase()
    .optional()
    .meta({ description: 'Of the transaction; of a fee bump, the outer or the inner one.' }),
  memo: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'The whole memo: its text, its id in decimal, or its hash in hex.' }),
  result: z.string().max(80).regex(RESULT, 'expected succeeded, failed or a result code').optional().meta({
    description: '`succeeded`, `failed`, or the reason of a failure.',
    example: 'PAYMENT_LINE_FULL',
  }),
  ...pagingParameters,
});

export const paymentParameters = z.strictObject({ op_id: operationIdParameter });

/** Newest first. */
export const paymentList = z
  .object({ data: z.array(payment), page, as_of: asOf })
  .meta({ id: 'PaymentList' });
export const paymentDetail = z.object({ data: payment, as_of: asOf }).meta({ id: 'PaymentDetail' });

export type Payment = z.infer<typeof payment>;
export type PaymentList = z.infer<typeof paymentList>;
export type PaymentDetail = z.infer<typeof paymentDetail>;
export type PaymentsQuery = z.infer<typeof paymentsQuery>;
