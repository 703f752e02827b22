import type { Hash, ResultCode, Stroops } from '../brands.ts';
import { operationOutcome, type OperationOutcome, type TransactionOutcome } from '../decode/outcome.ts';
import {
  appliedVerdict,
  transactionResultCode,
  unappliedVerdict,
  type OperationVerdict,
} from '../decode/result-codes.ts';
import type { LedgerValues } from './ledger-values.ts';
import type { ResultPlaces } from './transaction-places.ts';

const NO_CODE = '' as ResultCode;
const [SUCCESS, FAILED, FEE_BUMP_SUCCESS, FEE_BUMP_FAILED] = [0, -1, 1, -13];

/** What became of a transaction. One object is moved from result to result, so nothing may keep it. */
export class TransactionResult implements TransactionOutcome {
  readonly #places: ResultPlaces;
  #firstOperation = 0;
  /** The place of the result, which begins with the transaction's hash. */
  start = 0;
  feeCharged = 0n as Stroops;
  succeeded = false;
  result = NO_CODE;
  innerResult: ResultCode | null = null;
  innerHash: Hash | null = null;
  /** Not looked for in a success. */
  firstFailure: TransactionOutcome['firstFailure'] = null;
  /** The number of operations that have a result; null if the transaction failed before they were applied. */
  operationCount: number | null = null;
  /** The place after the result: the changes by the fee, then the transaction's meta. */
  end = 0;

  constructor(places: ResultPlaces) {
    this.#places = places;
  }

  /** To the result at this index. It is a `TransactionResultPair`: the transaction's hash, the fee, the code. */
  moveTo(index: number, values: LedgerValues): void {
    const places = this.#places;
    const { view } = values;
    const start = places.starts.at(index);
    const code = view.getInt32(start + 40);
    const isFeeBump = code === FEE_BUMP_SUCCESS || code === FEE_BUMP_FAILED;
    // The inner result pair has the same form.
    const applied = isFeeBump ? start + 84 : start + 40;
    const appliedCode = view.getInt32(applied);
    this.start = start;
    this.end = places.ends.at(index);
    this.feeCharged = values.amount(start + 32);
    this.succeeded = appliedCode === SUCCESS;
    this.result = transactionResultCode(code);
    this.innerResult = isFeeBump ? transactionResultCode(appliedCode) : null;
    this.innerHash = isFeeBump ? values.hash(start + 44) : null;
    this.#firstOperation = places.firstOperations.at(index);
    const isApplied = appliedCode === SUCCESS || appliedCode === FAILED;
    this.operationCount = isApplied ? places.operationCount(index) : null;
    this.firstFailure = appliedCode === FAILED ? this.#firstFailure(view) : null;
  }

  /** Of an operation; `verdict` is that on its own result, null if it has none. */
  operationOutcome(verdict: OperationVerdict | null, { view }: LedgerValues): OperationOutcome {
    // No network writes a success with an operation that failed, but such bytes can be read.
    if (this.succeeded && verdict?.succeeded === false) this.firstFailure ??= this.#firstFailure(view);
    return operationOutcome(this, verdict);
  }

  /** The place of the result of the operation at this index, from 0. */
  operationAt(index: number): number {
    return this.#places.operations.at(this.#firstOperation + index);
  }

  #firstFailure(view: DataView): TransactionOutcome['firstFailure'] {
    const count = this.operationCount ?? 0;
    for (let place = 0; place < count; place++) {
      const verdict = verdictAt(view, this.operationAt(place));
      if (!verdict.succeeded) return { operationIndex: place + 1, verdict };
    }
    return null;
  }
}

/** Of an operation that was applied: a 0, its type, its code. */
export function verdictAt(view: DataView, at: number): OperationVerdict {
  const general = view.getInt32(at);
  return general === 0
    ? appliedVerdict(view.getInt32(at + 4), view.getInt32(at + 8))
    : unappliedVerdict(general);
}
