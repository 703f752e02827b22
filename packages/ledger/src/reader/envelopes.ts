import type { Party } from '../decode/parties.ts';
import type { Memo } from '../facts.ts';
import type { LedgerValues } from './ledger-values.ts';
import { skipMuxedAccount, skipOperation, skipPreconditions } from './skip.generated.ts';
import { skipPadded } from './skip-primitives.ts';

const NO_MEMO: Memo = { type: 'none' };
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** What a transaction asks for. */
export interface Envelope {
  readonly source: Party;
  readonly feeSource: Party;
  readonly memo: Memo;
  readonly operationCount: number;
  /** The place of the first operation. */
  readonly operations: number;
  /** Not of version 0, which has no place for what that needs. */
  readonly canCallContracts: boolean;
}

/** `at` is the place of the envelope's type. */
export function readEnvelope(at: number, values: LedgerValues): Envelope {
  const { view } = values;
  const type = view.getInt32(at);
  if (type === 0) {
    const source = values.plainParty(at + 4);
    // After the key: the fee, the sequence number, and perhaps bounds of time.
    const memo = view.getUint32(at + 48) === 1 ? at + 68 : at + 52;
    return envelopeOf(source, source, memo, false, values);
  }
  const transaction = type === 5 ? innerTransactionAt(view, at) : at + 4;
  const source = values.party(transaction);
  const memo = skipPreconditions(view, values.afterParty(transaction) + 12);
  const feeSource = type === 5 ? values.party(at + 4) : source;
  return envelopeOf(source, feeSource, memo, true, values);
}

/** The transaction in a fee bump: after its type, the source of the fee, the fee and the inner type. */
export function innerTransactionAt(view: DataView, feeBump: number): number {
  return skipMuxedAccount(view, feeBump + 4) + 12;
}

/** `memo` is the place of the memo; the operations follow it. */
function envelopeOf(
  source: Party,
  feeSource: Party,
  memo: number,
  canCallContracts: boolean,
  values: LedgerValues,
): Envelope {
  const { view } = values;
  const count = afterMemo(view, memo);
  return {
    source,
    feeSource,
    memo: memoAt(memo, values),
    operationCount: view.getUint32(count),
    operations: count + 4,
    canCallContracts,
  };
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
