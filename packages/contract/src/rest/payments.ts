import { PAYMENT_TYPES } from '@stellar-insights/ledger';
import { z } from 'zod';
import { failure, memo, operationPlace, paymentKind, paymentOrder } from '../payment.ts';
import { decimal, operationId, stroops } from '../scalars.ts';
import { asOf, page } from './answer.ts';
import { checkHistory, historyParameters } from './history-parameters.ts';
import { checkMemo, memoParameters } from './memo-parameters.ts';
import {
  accountParameter,
  assetParameter,
  minimumAmountParameter,
  resultParameter,
  transactionHashParameter,
} from './parameters.ts';

export const payment = z
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

export const paymentsQuery = z
  .strictObject({
    account: accountParameter('The source or the destination.').optional(),
    from_account: accountParameter('The source.').optional(),
    to_account: accountParameter('The destination.').optional(),
    asset: assetParameter.optional(),
    min_amount: minimumAmountParameter.optional(),
    type: z.enum(PAYMENT_TYPES).optional().meta({ description: 'The type of the operation.' }),
    result: resultParameter.optional(),
    tx_hash: transactionHashParameter.optional(),
    ...memoParameters,
    ...historyParameters,
  })
  .superRefine(checkHistory)
  .superRefine(checkMemo);

export const paymentParameters = z.strictObject({ op_id: operationId });

export const paymentList = z.object({ data: z.array(payment), page, as_of: asOf }).meta({
  id: 'PaymentList',
  description:
    'Payments. One request looks at a bounded number of payments and of ledgers. If those that fit are few or lie far apart, `data` can have fewer than `limit`, or none, although others follow: go on while `next_cursor` is not null. `min_amount`, `type`, `succeeded` and `failed` have no index: alone, they are looked for in 50,000 payments a request. All other filters have one, and several filters together are looked for in 5,000 payments that fit one of them. `as_of` names the ledgers that the page is made from; if the range has none that is kept, the newest one.',
});
export const paymentDetail = z
  .object({ data: payment, as_of: asOf })
  .meta({ id: 'PaymentDetail', description: 'One payment.' });

export type Payment = z.infer<typeof payment>;
export type PaymentList = z.infer<typeof paymentList>;
export type PaymentDetail = z.infer<typeof paymentDetail>;
export type PaymentsQuery = z.infer<typeof paymentsQuery>;
