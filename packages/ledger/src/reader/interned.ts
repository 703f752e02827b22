import { randomInt } from 'node:crypto';

/**
 * Values by the bytes that they are made from, so that each is made once. Open addressing with linear probing; at most half of
 * the slots are taken. A table that is full is emptied: the values are made again when their bytes recur.
 */
export class Interned<Value> {
  readonly #words: number;
  readonly #capacity: number;
  readonly #make: (bytes: Buffer) => Value;
  /** By slot; undefined in one that is free. */
  readonly #values: (Value | undefined)[];
  /** By slot, so that a look-up waits for memory as seldom as it can. */
  readonly #keys: Int32Array;
  readonly #mask: number;
  /** Nobody outside can choose many keys that share a slot. */
  readonly #seed = randomInt(0, 2 ** 31) | 1;
  #taken = 0;

  /** @param size bytes of a key, a multiple of 8. @param capacity a power of two */
  constructor(size: number, capacity: number, make: (bytes: Buffer) => Value) {
    this.#words = size >> 2;
    this.#capacity = capacity;
    this.#make = make;
    this.#values = Array.from({ length: capacity * 2 }, () => undefined);
    this.#keys = new Int32Array(capacity * 2 * this.#words);
    this.#mask = capacity * 2 - 1;
  }

  /** The value of the key at this place. `view` and `bytes` are the same bytes. */
  at(view: DataView, bytes: Buffer, at: number): Value {
    let slot = this.#slotOf(view, at);
    for (let value = this.#values[slot]; value !== undefined; value = this.#values[slot]) {
      if (this.#holds(slot, view, at)) return value;
      slot = (slot + 1) & this.#mask;
    }
    const value = this.#make(bytes.subarray(at, at + this.#words * 4));
    if (this.#taken === this.#capacity) {
      this.#empty();
    } else {
      const start = slot * this.#words;
      for (let word = 0; word < this.#words; word++) this.#keys[start + word] = view.getInt32(at + word * 4);
      this.#values[slot] = value;
      this.#taken++;
    }
    return value;
  }

  /** Two chains of multiplications, which do not wait for each other. */
  #slotOf(view: DataView, at: number): number {
    let even = this.#seed;
    let odd = ~this.#seed;
    const end = at + this.#words * 4;
    for (let word = at; word < end; word += 8) {
      even = Math.imul(even ^ view.getInt32(word), 0x9e3779b1);
      odd = Math.imul(odd ^ view.getInt32(word + 4), 0x85ebca6b);
      even ^= even >>> 15;
      odd ^= odd >>> 13;
    }
    const hash = Math.imul(even ^ (odd << 7) ^ (odd >>> 25), 0x9e3779b1);
    return (hash ^ (hash >>> 16)) & this.#mask;
  }

  #holds(slot: number, view: DataView, at: number): boolean {
    let place = slot * this.#words;
    const end = at + this.#words * 4;
    for (let word = at; word < end; word += 4) {
      if (this.#keys[place++] !== view.getInt32(word)) return false;
    }
    return true;
  }

  #empty(): void {
    this.#values.fill(undefined);
    this.#taken = 0;
  }
}
