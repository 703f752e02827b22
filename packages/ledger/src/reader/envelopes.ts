import type { AccountId } from '../brands.ts';
import type { Party } from '../decode/parties.ts';
import type { Memo } from '../facts.ts';
import type { LedgerValues } from './ledger-values.ts';
import { skipMuxedAccount } from './skip.generated.ts';
import type { EnvelopePlaces } from './transaction-places.ts';

const NO_MEMO: Memo = { type: 'none' };
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

export const NOBODY: Party = { account: '' as AccountId, muxedId: null };

/** What a transaction asks for. One object is moved from envelope to envelope, so nothing may keep it. */
export class Envelope {
  readonly #places: EnvelopePlaces;
  #firstOperation = 0;
  source = NOBODY;
  feeSource = NOBODY;
  memo = NO_MEMO;
  operationCount = 0;
  /** Not of version 0, which has no place for what that needs. */
  canCallContracts = false;

  constructor(places: EnvelopePlaces) {
    this.#places = places;
  }

  /** To the envelope at this index of the set. */
  moveTo(index: number, values: LedgerValues): void {
    const places = this.#places;
    const { view } = values;
    const at = places.starts.at(index);
    const type = view.getInt32(at);
    this.canCallContracts = type !== 0;
    if (type === 0) {
      this.source = values.plainParty(at + 4);
      this.feeSource = this.source;
    } else {
      this.source = values.party(type === 5 ? innerTransactionAt(view, at) : at + 4);
      this.feeSource = type === 5 ? values.party(at + 4) : this.source;
    }
    this.memo = memoAt(places.memos.at(index), values);
    this.#firstOperation = places.firstOperations.at(index);
    this.operationCount = places.operationCount(index);
  }

  /** The place of the operation at this index, from 0. */
  operationAt(index: number): number {
    return this.#places.operations.at(this.#firstOperation + index);
  }
}

/** The transaction in a fee bump: after its type, the source of the fee, the fee and the inner type. */
export function innerTransactionAt(view: DataView, feeBump: number): number {
  return skipMuxedAccount(view, feeBump + 4) + 12;
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
