import { z } from 'zod';
import { account, asset, blame, hash, ledgerSequence, operationId, time, uint64 } from './scalars.ts';

/* The fields of a payment, or of any operation, that REST and events share. */

/** The memo of the transaction. */
export const memo = z.discriminatedUnion('type', [
  z.object({ type: z.literal('none') }).meta({ id: 'NoMemo', description: 'No memo.' }),
  z.object({ type: z.literal('text'), text: z.string(), bytes: z.base64() }).meta({
    id: 'TextMemo',
    description:
      '`bytes` is base64 and exact; `text` has U+FFFD instead of NUL and of bytes that are not UTF-8.',
  }),
  z
    .object({ type: z.literal('id'), id: uint64 })
    .meta({ id: 'IdMemo', description: 'A memo that is a number.' }),
  z
    .object({ type: z.enum(['hash', 'return']), hash })
    .meta({ id: 'HashMemo', description: 'A memo of 32 bytes.' }),
]);

export const failure = z.object({
  /** A result code, e.g. `PAYMENT_LINE_FULL`. */
  reason: z.string(),
  blame,
  /** The first failed operation of the transaction, which may have caused this failure. */
  cause: z.object({ operation_index: z.int().positive(), code: z.string() }).nullable(),
});

/** Where an operation is in the chain. */
export const operationPlace = {
  op_id: operationId,
  ledger: ledgerSequence,
  closed_at: time,
  /** The hash in the ledger: the outer hash of a fee bump. */
  tx_hash: hash,
  inner_hash: hash.nullable(),
};

/** What the sender ordered, without the amounts. The corridor is `source_asset` → `dest_asset`. */
export const paymentOrder = {
  source: account,
  source_muxed_id: uint64.nullable(),
  destination: account,
  destination_muxed_id: uint64.nullable(),
  /** Differs from `dest_asset` in path payments only. */
  source_asset: asset,
  dest_asset: asset,
  path: z.array(asset),
  /** The side whose amount the sender fixed. */
  fixed_side: z.enum(['source', 'dest']),
};

export const paymentKind = {
  /** Source and destination are the same account. */
  is_self_payment: z.boolean(),
  /** A path payment from an asset to the same asset. */
  is_cycle: z.boolean(),
};

export type PaymentMemo = z.infer<typeof memo>;
export type Failure = z.infer<typeof failure>;
