/** A random choice of at most `size` of many values, each as likely as another one, in one pass over them. */
export class Sample<T> {
  readonly values: T[] = [];
  readonly #size: number;
  readonly #random: () => number;
  #offered = 0;

  /** @param random returns a number from 0 to below 1 */
  constructor(size: number, random: () => number) {
    this.#size = size;
    this.#random = random;
  }

  offer(value: T): void {
    this.#offered += 1;
    if (this.values.length < this.#size) this.values.push(value);
    else {
      const place = Math.floor(this.#random() * this.#offered);
      if (place < this.#size) this.values[place] = value;
    }
  }
}
