/** From `start` up to `end`. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Places, or other small numbers, in one array, which grows as needed and is kept from one ledger to the next. */
export class PlaceList {
  #length = 0;
  #values = new Int32Array(1024);

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Int32Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** 0 if there is no such value. */
  at(index: number): number {
    return this.#values[index] ?? 0;
  }
}
