import { randomInt } from 'node:crypto';
import type { Hash } from '../brands.ts';

/**
 * Finds the envelope of a result by the transaction's hash, each once. A hash table over the first four bytes; at most half of
 * the slots are taken. It is kept from one ledger to the next.
 */
export class HashJoin {
  /** Nobody outside can choose transactions that share a slot. */
  readonly #seed = randomInt(0, 2 ** 32) | 0;
  #hashes: readonly Hash[] = [];
  /** Place in `#hashes`, from 1; 0 in a slot that is free, −1 in one whose hash was taken. */
  #slots = new Int32Array(1024);

  /** Forgets the hashes before these. */
  begin(hashes: readonly Hash[]): void {
    this.#hashes = hashes;
    if (hashes.length * 2 > this.#slots.length) {
      this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(hashes.length * 2)));
    } else {
      this.#slots.fill(0);
    }
    for (let index = 0; index < hashes.length; index++) {
      let slot = this.#slotOf(firstWordOf(hashes[index] as Hash));
      while (this.#slots[slot] !== 0) slot = this.#after(slot);
      this.#slots[slot] = index + 1;
    }
  }

  /** The place in the list of this hash, whose bytes are at `at`; −1 if there is none, or none that was not taken before. */
  take(hash: Hash, view: DataView, at: number): number {
    let slot = this.#slotOf(view.getInt32(at));
    for (let entry = this.#slots[slot]; entry !== 0 && entry !== undefined; entry = this.#slots[slot]) {
      if (entry > 0 && this.#hashes[entry - 1] === hash) {
        this.#slots[slot] = -1;
        return entry - 1;
      }
      slot = this.#after(slot);
    }
    return -1;
  }

  #slotOf(word: number): number {
    return (Math.imul(word ^ this.#seed, 0x9e3779b1) >>> 8) & (this.#slots.length - 1);
  }

  #after(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1);
  }
}

/** The 32 bits of the first eight hex digits. */
function firstWordOf(hash: Hash): number {
  let word = 0;
  for (let place = 0; place < 8; place++) {
    const code = hash.charCodeAt(place);
    // `a` is 97, `0` is 48.
    word = (word << 4) | (code > 96 ? code - 87 : code - 48);
  }
  return word;
}
