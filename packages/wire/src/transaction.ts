import type { Transaction } from '@stellar-insights/contract';
import { operationId, type TransactionFact } from '@stellar-insights/ledger';
import { renderMemo } from './memo.ts';
import { MEMO_COLUMNS } from './operation.ts';
import { isoTime, knownAmount } from './values.ts';

/** A transaction with the close time of its ledger, in unix milliseconds. */
export interface TransactionInLedger {
  readonly transaction: TransactionFact;
  readonly closedAt: number;
}

/** A transaction as REST answers it. */
export function renderTransaction({ transaction, closedAt }: TransactionInLedger): Transaction {
  const { ledger, index } = transaction;
  return {
    id: operationId(ledger, index, 0).toString(),
    tx_hash: transaction.hash,
    inner_hash: transaction.innerHash,
    ledger,
    closed_at: isoTime(closedAt),
    index,
    source: transaction.source,
    source_muxed_id: transaction.sourceMuxedId?.toString() ?? null,
    fee_source: transaction.feeSource,
    fee_source_muxed_id: transaction.feeSourceMuxedId?.toString() ?? null,
    ...knownAmount('fee_charged', transaction.feeCharged),
    succeeded: transaction.succeeded,
    result: transaction.result,
    inner_result: transaction.innerResult,
    operation_count: transaction.operationCount,
    memo: renderMemo(transaction.memo),
  };
}

/** The columns of `renderTransaction` in CSV. */
export const TRANSACTION_COLUMNS = [
  'id',
  'tx_hash',
  'inner_hash',
  'ledger',
  'closed_at',
  'index',
  'source',
  'source_muxed_id',
  'fee_source',
  'fee_source_muxed_id',
  'fee_charged',
  'fee_charged_stroops',
  'succeeded',
  'result',
  'inner_result',
  'operation_count',
  ...MEMO_COLUMNS,
] as const;
