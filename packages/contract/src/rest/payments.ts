import { PAYMENT_TYPES } from '@stellar-insights/ledger';
import { z } from 'zod';
import { failure, memo, operationPlace, paymentKind, paymentOrder } from '../payment.ts';
import { account, decimal, operationId, stroops } from '../scalars.ts';
import { asOf, page } from './answer.ts';
import { assetParameter, pagingParameters, resultParameter, transactionHashParameter } from './parameters.ts';

const payment = z
  .object({
    ...operationPlace,
    operation_index: z.int().positive(),
    memo,
    type: z.enum(PAYMENT_TYPES),
    ...paymentOrder,
    fixed: decimal.nullable(),
    fixed_stroops: stroops.nullable(),
    limit: decimal.nullable(),
    limit_stroops: stroops.nullable(),
    sent: decimal.nullable(),
    sent_stroops: stroops.nullable(),
    delivered: decimal.nullable(),
    delivered_stroops: stroops.nullable(),
    succeeded: z.boolean(),
    failure: failure.nullable(),
    ...paymentKind,
  })
  .meta({
    id: 'Payment',
    description:
      'An operation that moved value or tried to. `fixed` is the amount on the side that the sender fixed, `limit` the limit on the other side. `sent` and `delivered` are null if the payment failed. `tx_hash` is the hash in the ledger: the outer hash of a fee bump.',
  });

export const paymentsQuery = z.strictObject({
  account: account.optional().meta({ description: 'The source or the destination, `G…`.' }),
  asset: assetParameter.optional(),
  tx_hash: transactionHashParameter.optional(),
  memo: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'The whole memo: its text, its id as a decimal, or its hash in hex.' }),
  result: resultParameter.optional(),
  ...pagingParameters,
});

export const paymentParameters = z.strictObject({ op_id: operationId });

export const paymentList = z.object({ data: z.array(payment), page, as_of: asOf }).meta({
  id: 'PaymentList',
  description:
    'Payments. One request looks at a bounded number of payments and of ledgers. If those that fit are few or lie far apart, `data` can have fewer than `limit`, or none, although others follow: go on while `next_cursor` is not null.',
});
export const paymentDetail = z
  .object({ data: payment, as_of: asOf })
  .meta({ id: 'PaymentDetail', description: 'One payment.' });

export type Payment = z.infer<typeof payment>;
export type PaymentList = z.infer<typeof paymentList>;
export type PaymentDetail = z.infer<typeof paymentDetail>;
export type PaymentsQuery = z.infer<typeof paymentsQuery>;
