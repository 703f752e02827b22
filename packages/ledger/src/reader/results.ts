import type { Hash, ResultCode, Stroops } from '../brands.ts';
import { operationOutcome, type OperationOutcome, type TransactionOutcome } from '../decode/outcome.ts';
import {
  appliedVerdict,
  transactionResultCode,
  unappliedVerdict,
  type OperationVerdict,
} from '../decode/result-codes.ts';
import type { LedgerValues } from './ledger-values.ts';
import { skipOperationResult } from './skip.generated.ts';

const NO_CODE = '' as ResultCode;
const [SUCCESS, FAILED, FEE_BUMP_SUCCESS, FEE_BUMP_FAILED] = [0, -1, 1, -13];

/** What became of a transaction. One object is moved from result to result, so nothing may keep it. */
export class TransactionResult implements TransactionOutcome {
  /** The place of the result, which begins with the transaction's hash. */
  start = 0;
  feeCharged = 0n as Stroops;
  succeeded = false;
  result = NO_CODE;
  innerResult: ResultCode | null = null;
  innerHash: Hash | null = null;
  /** Not looked for in a success. */
  firstFailure: TransactionOutcome['firstFailure'] = null;
  /** The place of the number of the operations' results; null if the transaction failed before they were applied. */
  operations: number | null = null;
  /** The place after the result: the changes by the fee, then the transaction's meta. */
  end = 0;

  /** To a `TransactionResultPair`: the transaction's hash, the fee, the code. */
  moveTo(start: number, end: number, values: LedgerValues): void {
    const { view } = values;
    const code = view.getInt32(start + 40);
    const isFeeBump = code === FEE_BUMP_SUCCESS || code === FEE_BUMP_FAILED;
    // The inner result pair has the same form.
    const applied = isFeeBump ? start + 84 : start + 40;
    const appliedCode = view.getInt32(applied);
    this.start = start;
    this.end = end;
    this.feeCharged = values.amount(start + 32);
    this.succeeded = appliedCode === SUCCESS;
    this.result = transactionResultCode(code);
    this.innerResult = isFeeBump ? transactionResultCode(appliedCode) : null;
    this.innerHash = isFeeBump ? values.hash(start + 44) : null;
    this.operations = appliedCode === SUCCESS || appliedCode === FAILED ? applied + 4 : null;
    this.firstFailure = appliedCode === FAILED ? firstFailureAt(view, applied + 4) : null;
  }

  /** Of an operation; `verdict` is that on its own result, null if it has none. */
  operationOutcome(verdict: OperationVerdict | null, { view }: LedgerValues): OperationOutcome {
    // No network writes a success with an operation that failed, but such bytes can be read.
    if (this.succeeded && verdict?.succeeded === false && this.operations !== null) {
      this.firstFailure ??= firstFailureAt(view, this.operations);
    }
    return operationOutcome(this, verdict);
  }
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
