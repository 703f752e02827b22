import type { LedgerSequence, Memo, ResultCode, TransactionFact } from '@stellar-insights/ledger';
import { hex } from '../digest.ts';
import { codeOf, type AppliedTransaction } from '../transactions/apply-transaction.ts';
import type { PlannedMemo } from '../transactions/plan.ts';
import { stroops } from './witness.ts';

export function transactionTruth(
  { transaction, end }: AppliedTransaction,
  sequence: number,
  index: number,
  feeCharged: bigint,
): TransactionFact {
  const { plan, hash, innerHash } = transaction;
  const payer = plan.feeBump?.source ?? plan.source;
  const code = codeOf(end);
  const onlyOuter = innerHash === null || (end.type === 'invalid' && end.byFeeSource);
  const outer = end.type === 'success' ? 'txFEE_BUMP_INNER_SUCCESS' : 'txFEE_BUMP_INNER_FAILED';
  return {
    ledger: sequence as LedgerSequence,
    index,
    hash: hex(hash),
    innerHash: innerHash === null ? null : hex(innerHash),
    source: plan.source.account.id,
    sourceMuxedId: plan.source.muxedId,
    feeSource: payer.account.id,
    feeSourceMuxedId: payer.muxedId,
    feeCharged: stroops(feeCharged),
    succeeded: end.type === 'success',
    result: onlyOuter ? code : (outer as ResultCode),
    innerResult: onlyOuter ? null : code,
    operationCount: plan.operations.length,
    memo: memoTruth(plan.memo),
  };
}

function memoTruth(memo: PlannedMemo): Memo {
  switch (memo.type) {
    case 'text': {
      const bytes = Buffer.from(memo.bytes);
      return { type: 'text', text: bytes.toString('utf8'), bytes: bytes.toString('base64') };
    }
    case 'hash':
    case 'return':
      return { type: memo.type, hash: hex(memo.bytes) };
    case 'id':
    case 'none':
      return memo;
  }
}
