import { PlaceList } from './place-list.ts';
import {
  skipDecoratedSignature,
  skipFeeBumpTransactionExt,
  skipInnerTransactionResultResult,
  skipMemo,
  skipMuxedAccount,
  skipOperation,
  skipOperationResult,
  skipPreconditions,
  skipTransactionExt,
  skipTransactionResultResult,
} from './skip.generated.ts';
import { ANY_LENGTH, isPresent, lengthAt, requireZero, unknownArm } from './skip-primitives.ts';

const MAX_OPERATIONS = 100;
const MAX_SIGNATURES = 20;
const [SUCCESS, FAILED, FEE_BUMP_SUCCESS, FEE_BUMP_FAILED] = [0, -1, 1, -13];

/** Where the transactions are that a set asks for, in the order of the set. */
export class EnvelopePlaces {
  /** From the type of the envelope up to the end of the transaction in it. */
  readonly starts = new PlaceList();
  readonly ends = new PlaceList();
  readonly memos = new PlaceList();
  /** For each transaction, the index of its first operation in the list of all. */
  readonly firstOperations = new PlaceList();
  readonly operations = new PlaceList();

  get length(): number {
    return this.starts.length;
  }

  clear(): void {
    for (const list of [this.starts, this.ends, this.memos, this.firstOperations, this.operations])
      list.clear();
  }

  /** Of the transaction at this index. */
  operationCount(index: number): number {
    const next = index + 1 === this.length ? this.operations.length : this.firstOperations.at(index + 1);
    return next - this.firstOperations.at(index);
  }

  /** Adds a list of envelopes; the place after the list. */
  addAll(view: DataView, at: number): number {
    let left = view.getUint32(at);
    at += 4;
    for (; left > 0; left--) {
      this.starts.push(at);
      this.firstOperations.push(this.operations.length);
      at = this.#addTransaction(view, at);
      this.ends.push(at);
      at = skipSignatures(view, at);
    }
    return at;
  }

  /** `at` is the place of the envelope's type; after the transaction are the signatures. */
  #addTransaction(view: DataView, at: number): number {
    switch (view.getInt32(at)) {
      case 0: {
        // The key of the source, the fee, the sequence number, and perhaps bounds of time.
        const end = this.#addParts(view, isPresent(view, at + 48) ? at + 68 : at + 52);
        requireZero(view, end, 'TransactionV0Ext');
        return end + 4;
      }
      case 2:
        return this.#addTransactionV1(view, at + 4);
      case 5: {
        // After the source of the fee and the fee: an envelope, and an extension.
        const inner = skipMuxedAccount(view, at + 4) + 8;
        if (view.getInt32(inner) !== 2) throw unknownArm(view, inner, 'FeeBumpTransactionInnerTx');
        const end = skipSignatures(view, this.#addTransactionV1(view, inner + 4));
        return skipFeeBumpTransactionExt(view, end);
      }
      default:
        throw unknownArm(view, at, 'TransactionEnvelope');
    }
  }

  #addTransactionV1(view: DataView, at: number): number {
    // After the source: the fee and the sequence number.
    const memo = skipPreconditions(view, skipMuxedAccount(view, at) + 12);
    return skipTransactionExt(view, this.#addParts(view, memo));
  }

  /** The memo, then the operations. */
  #addParts(view: DataView, memo: number): number {
    this.memos.push(memo);
    let at = skipMemo(view, memo);
    let left = lengthAt(view, at, MAX_OPERATIONS);
    at += 4;
    for (; left > 0; left--) {
      this.operations.push(at);
      at = skipOperation(view, at);
    }
    return at;
  }
}

/** Where the results of transactions are, in apply order. */
export class ResultPlaces {
  /** From the transaction's hash up to the end of its result. */
  readonly starts = new PlaceList();
  readonly ends = new PlaceList();
  /** For each transaction, the index of its first operation's result in the list of all. */
  readonly firstOperations = new PlaceList();
  readonly operations = new PlaceList();

  get length(): number {
    return this.starts.length;
  }

  clear(): void {
    for (const list of [this.starts, this.ends, this.firstOperations, this.operations]) list.clear();
  }

  /** Of the transaction at this index: how many operations have a result. */
  operationCount(index: number): number {
    const next = index + 1 === this.length ? this.operations.length : this.firstOperations.at(index + 1);
    return next - this.firstOperations.at(index);
  }

  /** Adds a `TransactionResultPair`: the transaction's hash, the fee, the result, an extension. The place after it. */
  add(view: DataView, start: number): number {
    this.starts.push(start);
    this.firstOperations.push(this.operations.length);
    const code = view.getInt32(start + 40);
    let at: number;
    if (code === FEE_BUMP_SUCCESS || code === FEE_BUMP_FAILED) {
      // The inner result pair has the same form.
      at = this.#addOperations(view, start + 84) ?? skipInnerTransactionResultResult(view, start + 84);
      requireZero(view, at, 'InnerTransactionResultExt');
      at += 4;
    } else {
      at = this.#addOperations(view, start + 40) ?? skipTransactionResultResult(view, start + 40);
    }
    requireZero(view, at, 'TransactionResultExt');
    this.ends.push(at + 4);
    return at + 4;
  }

  /** `at` is the place of the code. Null if it is one without results of operations. */
  #addOperations(view: DataView, at: number): number | null {
    const code = view.getInt32(at);
    if (code !== SUCCESS && code !== FAILED) return null;
    let left = lengthAt(view, at + 4, ANY_LENGTH);
    at += 8;
    for (; left > 0; left--) {
      this.operations.push(at);
      at = skipOperationResult(view, at);
    }
    return at;
  }
}

function skipSignatures(view: DataView, at: number): number {
  let left = lengthAt(view, at, MAX_SIGNATURES);
  at += 4;
  for (; left > 0; left--) at = skipDecoratedSignature(view, at);
  return at;
}
