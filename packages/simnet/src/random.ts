import { createHash } from 'node:crypto';

/**
 * A seeded random source: xoshiro128** (Blackman and Vigna). Its state is the first 128 bits of the seed's SHA-256.
 * The same seed gives the same sequence on every machine.
 */
export class Random {
  readonly #state: Uint32Array<ArrayBuffer>;

  constructor(seed: string) {
    const digest = createHash('sha256').update(seed).digest();
    this.#state = Uint32Array.from([0, 4, 8, 12], (offset) => digest.readUInt32LE(offset));
  }

  uint32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const mixed = c ^ a;
    const last = d ^ b;
    this.#state.set([a ^ last, b ^ mixed, mixed ^ (b << 9), rotateLeft(last, 11)]);
    return result;
  }

  /** In [0, 1). */
  fraction(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** From `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.integer(0, list.length - 1)];
    if (picked === undefined) throw new RangeError('found an empty list, expected something to pick from');
    return picked;
  }

  /** A share of `total` between the fractions `low` and `high`, in steps of a millionth. */
  share(total: bigint, low: number, high: number): bigint {
    return (total * BigInt(this.integer(Math.round(low * 1e6), Math.round(high * 1e6)))) / 1_000_000n;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.uint32() & 0xff);
  }

  uint64(): bigint {
    return (BigInt(this.uint32()) << 32n) | BigInt(this.uint32());
  }
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
