import type { Stroops } from '../brands.ts';
import { transactionOutcome, type TransactionOutcome } from '../decode/outcome.ts';
import { appliedVerdict, unappliedVerdict, type OperationVerdict } from '../decode/result-codes.ts';
import type { LedgerValues } from './ledger-values.ts';
import { skipOperationResult } from './skip.generated.ts';

/** What became of a transaction. */
export interface TransactionResult {
  /** The place of the result, which begins with the transaction's hash. */
  readonly start: number;
  readonly feeCharged: Stroops;
  readonly outcome: TransactionOutcome;
  /** The place of the number of the operations' results; null if the transaction failed before they were applied. */
  readonly operations: number | null;
  /** The place after the result: the changes by the fee, then the transaction's meta. */
  readonly end: number;
}

const [SUCCESS, FAILED, FEE_BUMP_SUCCESS, FEE_BUMP_FAILED] = [0, -1, 1, -13];

/** Reads a `TransactionResultPair`: the transaction's hash, the fee, the code. */
export function readResult(start: number, end: number, values: LedgerValues): TransactionResult {
  const { view } = values;
  const code = view.getInt32(start + 40);
  const isFeeBump = code === FEE_BUMP_SUCCESS || code === FEE_BUMP_FAILED;
  // The inner result pair has the same form.
  const applied = isFeeBump ? start + 84 : start + 40;
  const appliedCode = view.getInt32(applied);
  const operations = appliedCode === SUCCESS || appliedCode === FAILED ? applied + 4 : null;
  const inner = isFeeBump ? { hash: values.hash(start + 44), code: appliedCode } : null;
  const firstFailure = operations === null ? null : firstFailureAt(view, operations);
  return {
    start,
    feeCharged: values.amount(start + 32),
    outcome: transactionOutcome(code, inner, firstFailure),
    operations,
    end,
  };
}

function firstFailureAt(view: DataView, at: number): TransactionOutcome['firstFailure'] {
  const count = view.getUint32(at);
  at += 4;
  for (let operationIndex = 1; operationIndex <= count; operationIndex++) {
    const verdict = verdictAt(view, at);
    if (!verdict.succeeded) return { operationIndex, verdict };
    at = skipOperationResult(view, at);
  }
  return null;
}

/** Of an operation that was applied: a 0, its type, its code. */
export function verdictAt(view: DataView, at: number): OperationVerdict {
  const general = view.getInt32(at);
  return general === 0
    ? appliedVerdict(view.getInt32(at + 4), view.getInt32(at + 8))
    : unappliedVerdict(general);
}
