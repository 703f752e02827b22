import { hash } from 'node:crypto';
import type { Hash } from '../brands.ts';
import { innerTransactionAt } from './envelopes.ts';
import type { Place } from './place-list.ts';
import { skipTransaction } from './skip.generated.ts';
import type { EnvelopePlaces } from './transaction-places.ts';

const [TX, ED25519, FEE_BUMP] = [2, 0, 5];

/** Of a transaction set; those of transactions are in its order. */
export interface SetHashes {
  readonly set: Hash;
  readonly transactions: readonly Hash[];
  /** Of the transactions in fee bumps; null for all others. */
  readonly inner: readonly (Hash | null)[];
}

/**
 * Hashes transaction sets of one network. A transaction is hashed with the network's id and its type before it. They are
 * written into a copy of the set, right before the transaction: over bytes that were hashed by then.
 */
export class SetHasher {
  readonly #networkId: DataView;
  #copy = new ArrayBuffer(128 * 1024);
  #view = new DataView(this.#copy);

  constructor(networkPassphrase: string) {
    const id = hash('sha256', networkPassphrase, 'buffer');
    this.#networkId = new DataView(id.buffer, id.byteOffset, id.byteLength);
  }

  /** `bytes` are those of the ledger; `envelopes` are in the set. */
  hashesOf(
    { start, end, isGeneralized }: Place & { readonly isGeneralized: boolean },
    envelopes: EnvelopePlaces,
    bytes: Buffer,
  ): SetHashes {
    this.#load(bytes.subarray(start, end));
    const length = end - start;
    // Of an older set, the number of envelopes is not hashed: it is between the hash before and the envelopes.
    if (!isGeneralized) new Uint8Array(this.#copy).copyWithin(4, 0, 32);
    const set = this.#hash(isGeneralized ? 0 : 4, length);
    const transactions: Hash[] = [];
    const inner: (Hash | null)[] = [];
    for (let place = 0; place < envelopes.length; place++) {
      const at = envelopes.starts.at(place) - start;
      transactions.push(this.#transaction(at, envelopes.ends.at(place) - start));
      inner.push(this.#view.getInt32(at) === FEE_BUMP ? this.#inner(at) : null);
    }
    return { set, transactions, inner };
  }

  /** Of the envelope from its type up to the end of its transaction. */
  #transaction(at: number, end: number): Hash {
    if (this.#view.getInt32(at) !== 0) {
      this.#writeNetworkId(at - 32);
      return this.#hash(at - 32, end);
    }
    // A version 0 transaction is hashed as version 1: the key type of its source goes before it.
    this.#writeNetworkId(at - 36);
    this.#view.setInt32(at - 4, TX);
    this.#view.setInt32(at, ED25519);
    return this.#hash(at - 36, end);
  }

  /** Of the transaction in the fee bump that was hashed before. */
  #inner(feeBump: number): Hash {
    const transaction = innerTransactionAt(this.#view, feeBump);
    // Its type is right before it.
    const start = transaction - 36;
    this.#writeNetworkId(start);
    return this.#hash(start, skipTransaction(this.#view, transaction));
  }

  #writeNetworkId(at: number): void {
    for (let byte = 0; byte < 32; byte += 4) this.#view.setInt32(at + byte, this.#networkId.getInt32(byte));
  }

  #load(set: Buffer): void {
    if (set.length > this.#copy.byteLength) {
      this.#copy = new ArrayBuffer(2 ** Math.ceil(Math.log2(set.length)));
      this.#view = new DataView(this.#copy);
    }
    new Uint8Array(this.#copy).set(set);
  }

  #hash(start: number, end: number): Hash {
    return hash('sha256', new Uint8Array(this.#copy, start, end - start), 'hex') as Hash;
  }
}
