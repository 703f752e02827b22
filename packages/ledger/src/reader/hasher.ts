import { hash } from 'node:crypto';
import type { Hash } from '../brands.ts';

/** SHA-256 of bytes that lie in several places: they are gathered in one buffer, which is kept. */
export class Hasher {
  #gathered = Buffer.alloc(64 * 1024);
  #length = 0;

  /** Forgets what was added: a ledger that could not be read may have left some. */
  clear(): void {
    this.#length = 0;
  }

  /** Adds the bytes from `start` up to `end`. */
  add(bytes: Buffer, start = 0, end = bytes.length): this {
    const length = this.#length + end - start;
    if (length > this.#gathered.length) {
      const larger = Buffer.alloc(2 ** Math.ceil(Math.log2(length)));
      this.#gathered.copy(larger, 0, 0, this.#length);
      this.#gathered = larger;
    }
    bytes.copy(this.#gathered, this.#length, start, end);
    this.#length = length;
    return this;
  }

  /** Of everything that was added since the last hash. */
  digest(): Hash {
    const bytes = this.#gathered.subarray(0, this.#length);
    this.#length = 0;
    return hash('sha256', bytes, 'hex') as Hash;
  }
}
