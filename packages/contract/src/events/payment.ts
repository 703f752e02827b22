import { BLAMES, PAYMENT_ATTEMPT_TYPES } from '@stellar-insights/ledger';
import { z } from 'zod';
import { account, asset, hash, ledgerSequence, stroops, time, uint64 } from './fields.ts';

/** The memo of the payment's transaction. */
export const memo = z.discriminatedUnion('type', [
  z.object({ type: z.literal('none') }),
  /** `bytes` is base64 and exact; `text` has U+FFFD for whatever is not UTF-8, and for NUL. */
  z.object({ type: z.literal('text'), text: z.string(), bytes: z.base64() }),
  z.object({ type: z.literal('id'), id: uint64 }),
  z.object({ type: z.enum(['hash', 'return']), hash }),
]);

const attempt = {
  /** SEP-35: `ledger · 2^32 + transaction index · 2^12 + operation index`. */
  op_id: z.string().regex(/^[1-9][0-9]*$/),
  ledger: ledgerSequence,
  closed_at: time,
  /** The hash in the ledger: of a fee bump, the outer one. */
  tx_hash: hash,
  inner_hash: hash.nullable(),
  memo,
  type: z.enum(PAYMENT_ATTEMPT_TYPES),
  source: account,
  source_muxed_id: uint64.nullable(),
  destination: account,
  destination_muxed_id: uint64.nullable(),
  /** Corridor: `source_asset` → `dest_asset`; equal in all but path payments. */
  source_asset: asset,
  dest_asset: asset,
  path: z.array(asset),
  /** The side whose amount the sender fixed. */
  fixed_side: z.enum(['source', 'dest']),
  fixed_stroops: stroops,
  /** Limit on the other side of a path payment. */
  limit_stroops: stroops.nullable(),
  /** Source and destination are the same account. */
  is_self_payment: z.boolean(),
  /** A path payment whose send asset is its destination asset. */
  is_cycle: z.boolean(),
};

/** A payment attempt that succeeded. */
export const paymentCreated = z.object({
  event: z.literal('payment.created'),
  channels: z.array(z.string()),
  data: z.object({ ...attempt, sent_stroops: stroops, delivered_stroops: stroops }),
});

/** A payment attempt that failed: it is in the ledger, paid a fee and moved nothing else. */
export const paymentFailed = z.object({
  event: z.literal('payment.failed'),
  channels: z.array(z.string()),
  data: z.object({
    ...attempt,
    failure: z.object({
      /** A result code, e.g. `PAYMENT_LINE_FULL`. */
      reason: z.string(),
      /** Who could have prevented it. */
      blame: z.enum(BLAMES),
      /** The first failed operation of the transaction, to which this failure may be due. */
      cause: z.object({ operation_index: z.int().positive(), code: z.string() }).nullable(),
    }),
  }),
});

export type EventMemo = z.infer<typeof memo>;
export type PaymentCreated = z.infer<typeof paymentCreated>;
export type PaymentFailed = z.infer<typeof paymentFailed>;
