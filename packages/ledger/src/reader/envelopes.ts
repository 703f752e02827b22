import type { AccountId } from '../brands.ts';
import type { Party } from '../decode/parties.ts';
import type { Memo } from '../facts.ts';
import type { LedgerValues } from './ledger-values.ts';
import { skipMuxedAccount, skipOperation, skipPreconditions } from './skip.generated.ts';
import { skipPadded } from './skip-primitives.ts';

const NO_MEMO: Memo = { type: 'none' };
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

export const NOBODY: Party = { account: '' as AccountId, muxedId: null };

/** What a transaction asks for. One object is moved from envelope to envelope, so nothing may keep it. */
export class Envelope {
  source = NOBODY;
  feeSource = NOBODY;
  memo = NO_MEMO;
  operationCount = 0;
  /** The place of the first operation. */
  operations = 0;
  /** Not of version 0, which has no place for what that needs. */
  canCallContracts = false;

  /** To the envelope whose type is at `at`. */
  moveTo(at: number, values: LedgerValues): void {
    const { view } = values;
    const type = view.getInt32(at);
    this.canCallContracts = type !== 0;
    if (type === 0) {
      this.source = values.plainParty(at + 4);
      this.feeSource = this.source;
      // After the key: the fee, the sequence number, and perhaps bounds of time.
      this.#readMemo(view.getUint32(at + 48) === 1 ? at + 68 : at + 52, values);
      return;
    }
    const transaction = type === 5 ? innerTransactionAt(view, at) : at + 4;
    this.source = values.party(transaction);
    this.feeSource = type === 5 ? values.party(at + 4) : this.source;
    this.#readMemo(skipPreconditions(view, values.afterParty(transaction) + 12), values);
  }

  /** The operations follow it. */
  #readMemo(at: number, values: LedgerValues): void {
    const count = afterMemo(values.view, at);
    this.memo = memoAt(at, values);
    this.operationCount = values.view.getUint32(count);
    this.operations = count + 4;
  }
}

/** The transaction in a fee bump: after its type, the source of the fee, the fee and the inner type. */
export function innerTransactionAt(view: DataView, feeBump: number): number {
  return skipMuxedAccount(view, feeBump + 4) + 12;
}

/** The place of the transaction's extension. */
export function afterOperations(view: DataView, { operations, operationCount }: Envelope): number {
  let at = operations;
  for (let left = operationCount; left > 0; left--) at = skipOperation(view, at);
  return at;
}

function afterMemo(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      return skipPadded(view, at + 8, view.getUint32(at + 4));
    case 2:
      return at + 12;
    default:
      return at + 36;
  }
}

function memoAt(at: number, values: LedgerValues): Memo {
  switch (values.view.getInt32(at)) {
    case 0:
      return NO_MEMO;
    case 1: {
      const bytes = values.bytes.subarray(at + 8, at + 8 + values.view.getUint32(at + 4));
      return { type: 'text', text: UTF8.decode(bytes), bytes: bytes.toString('base64') };
    }
    case 2:
      return { type: 'id', id: values.view.getBigUint64(at + 4) };
    case 3:
      return { type: 'hash', hash: values.hash(at + 4) };
    default:
      return { type: 'return', hash: values.hash(at + 4) };
  }
}
