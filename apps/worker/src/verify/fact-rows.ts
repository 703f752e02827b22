import type {
  ClaimableBalanceFact,
  LedgerHeaderFacts,
  Memo,
  PaymentFact,
  PaymentFailure,
  TradeFact,
  TransactionFact,
} from '@stellar-insights/ledger';
import type { Cell, Row } from './difference.ts';

/* Facts as rows of their tables, for comparison: columns are named as in the database. */

export function ledgerRow({ closedAt, ...header }: LedgerHeaderFacts): Row {
  return columns({ ...header, closedAt: new Date(closedAt).toISOString() });
}

export function transactionRow({ memo, ...fact }: TransactionFact): Row {
  return { ...columns(fact), ...memoColumns(memo) };
}

/** The hash is the transaction's, and compared there. */
export function paymentRow({ transactionHash: _, failure, ...fact }: PaymentFact): Row {
  return { ...columns(fact), ...failureColumns(failure) };
}

export function claimableBalanceRow({ transactionHash: _, failure, ...fact }: ClaimableBalanceFact): Row {
  return { ...columns(fact), ...failureColumns(failure) };
}

export function tradeRow({ maker, ...fact }: TradeFact): Row {
  const made =
    maker.type === 'offer'
      ? { seller: maker.seller, offer_id: maker.offerId.toString(), pool: null }
      : { seller: null, offer_id: null, pool: maker.pool };
  return { ...columns(fact), ...made };
}

function memoColumns(memo: Memo): Row {
  switch (memo.type) {
    case 'none':
      return { memo_type: 'none', memo: null };
    case 'text':
      return {
        memo_type: 'text',
        memo: memo.text,
        memo_bytes: Buffer.from(memo.bytes, 'base64').toString('hex'),
      };
    case 'id':
      return { memo_type: 'id', memo: memo.id.toString() };
    case 'hash':
    case 'return':
      return { memo_type: memo.type, memo: memo.hash };
  }
}

function failureColumns(failure: PaymentFailure | null): Row {
  return {
    failure_reason: failure?.reason ?? null,
    failure_blame: failure?.blame ?? null,
    cause_index: failure?.cause?.operationIndex ?? null,
    cause_code: failure?.cause?.code ?? null,
  };
}

type Flat = string | number | bigint | boolean | null | readonly string[];

/** `sourceMuxedId: 7n` becomes `source_muxed_id: '7'`. */
function columns(fact: Readonly<Record<string, Flat>>): Row {
  return Object.fromEntries(
    Object.entries(fact).map(([name, value]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      (typeof value === 'bigint' ? value.toString() : value) satisfies Cell,
    ]),
  );
}
