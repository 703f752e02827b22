import { randomInt } from 'node:crypto';

/**
 * Texts by the bytes that they spell, so that each is spelled once. Open addressing with linear probing; at most half of
 * the slots are taken. A table that is full is emptied: the texts are spelled again when they recur.
 */
export class Interned<Text extends string> {
  readonly #words: number;
  readonly #capacity: number;
  readonly #spell: (bytes: Buffer) => Text;
  /** Place in `#texts`, from 1; 0 in a slot that is free. */
  readonly #slots: Int32Array;
  readonly #keys: Buffer;
  readonly #keyView: DataView;
  readonly #mask: number;
  /** Nobody outside can choose keys that share a slot. */
  readonly #seed = randomInt(0, 2 ** 31) | 1;
  #texts: Text[] = [];

  /** @param size bytes of a key, a multiple of 4. @param capacity a power of two */
  constructor(size: number, capacity: number, spell: (bytes: Buffer) => Text) {
    this.#words = size >> 2;
    this.#capacity = capacity;
    this.#spell = spell;
    this.#slots = new Int32Array(capacity * 2);
    this.#keys = Buffer.alloc(capacity * size);
    this.#keyView = new DataView(this.#keys.buffer, this.#keys.byteOffset, this.#keys.byteLength);
    this.#mask = capacity * 2 - 1;
  }

  /** The text of the key at this place. `view` and `bytes` are the same bytes. */
  at(view: DataView, bytes: Buffer, at: number): Text {
    let slot = this.#slotOf(view, at);
    for (let index = this.#slots[slot] ?? 0; index !== 0; index = this.#slots[slot] ?? 0) {
      if (this.#holds(index - 1, view, at)) return this.#texts[index - 1] as Text;
      slot = (slot + 1) & this.#mask;
    }
    const size = this.#words * 4;
    const text = this.#spell(bytes.subarray(at, at + size));
    if (this.#texts.length === this.#capacity) {
      this.#empty();
    } else {
      bytes.copy(this.#keys, this.#texts.length * size, at, at + size);
      this.#slots[slot] = this.#texts.push(text);
    }
    return text;
  }

  #slotOf(view: DataView, at: number): number {
    let hash = this.#seed;
    for (let word = 0; word < this.#words; word++) {
      hash = Math.imul(hash ^ view.getInt32(at + word * 4), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash & this.#mask;
  }

  #holds(index: number, view: DataView, at: number): boolean {
    const start = index * this.#words * 4;
    for (let word = 0; word < this.#words; word++) {
      if (this.#keyView.getInt32(start + word * 4) !== view.getInt32(at + word * 4)) return false;
    }
    return true;
  }

  #empty(): void {
    this.#texts = [];
    this.#slots.fill(0);
  }
}
