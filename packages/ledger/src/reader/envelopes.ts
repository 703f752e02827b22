import { hash } from 'node:crypto';
import type { Hash } from '../brands.ts';
import type { Party } from '../decode/parties.ts';
import type { Memo } from '../facts.ts';
import type { EnvelopePlace, Place } from './close-meta-places.ts';
import type { Hasher } from './hasher.ts';
import type { LedgerValues } from './ledger-values.ts';
import { skipPreconditions } from './skip.generated.ts';
import { skipPadded } from './skip-primitives.ts';

const [TX, FEE_BUMP, ED25519] = [2, 5, 0].map((type) => Buffer.from([0, 0, 0, type])) as [
  Buffer,
  Buffer,
  Buffer,
];
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** What a transaction asks for. */
export interface Envelope {
  readonly source: Party;
  readonly feeSource: Party;
  readonly memo: Memo;
  readonly operationCount: number;
  /** The place of the first operation. */
  readonly operations: number;
}

/** The hashes of transactions of one network. */
export class TransactionHashes {
  readonly #networkId: Buffer;
  readonly #hasher: Hasher;

  constructor(networkPassphrase: string, hasher: Hasher) {
    this.#networkId = hash('sha256', networkPassphrase, 'buffer');
    this.#hasher = hasher;
  }

  of({ type, start, end }: EnvelopePlace, bytes: Buffer): Hash {
    this.#hasher.add(this.#networkId).add(type === 5 ? FEE_BUMP : TX);
    // A version 0 transaction is hashed as version 1: the key type of its source goes before it.
    if (type === 0) this.#hasher.add(ED25519);
    return this.#hasher.add(bytes, start, end).digest();
  }

  ofInner({ start, end }: Place, bytes: Buffer): Hash {
    return this.#hasher.add(this.#networkId).add(TX).add(bytes, start, end).digest();
  }
}

export function readEnvelope({ type, start, inner }: EnvelopePlace, values: LedgerValues): Envelope {
  const { view } = values;
  if (type === 0) {
    const source = { account: values.key(start), muxedId: null };
    // After the key: the fee, the sequence number, and perhaps bounds of time.
    const memo = view.getUint32(start + 44) === 1 ? start + 64 : start + 48;
    return envelopeOf(source, source, memo, values);
  }
  const transaction = inner?.start ?? start;
  const source = values.party(transaction);
  const memo = skipPreconditions(view, values.afterParty(transaction) + 12);
  const feeSource = inner === null ? source : values.party(start);
  return envelopeOf(source, feeSource, memo, values);
}

/** `memo` is the place of the memo; the operations follow it. */
function envelopeOf(source: Party, feeSource: Party, memo: number, values: LedgerValues): Envelope {
  const { view } = values;
  const count = afterMemo(view, memo);
  return {
    source,
    feeSource,
    memo: memoAt(memo, values),
    operationCount: view.getUint32(count),
    operations: count + 4,
  };
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
      return { type: 'none' };
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
