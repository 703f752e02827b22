/** From `start` up to `end`. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Places in one array, which grows as needed and is kept from one ledger to the next. */
export class PlaceTable {
  #length = 0;
  #values = new Int32Array(1024);

  get length(): number {
    return this.#length;
  }

  /** Bytes of all places together. */
  get size(): number {
    let size = 0;
    for (let place = 0; place < this.#length; place++) size += this.end(place) - this.start(place);
    return size;
  }

  clear(): void {
    this.#length = 0;
  }

  add(start: number, end: number): void {
    const at = this.#length * 2;
    if (at === this.#values.length) {
      const larger = new Int32Array(at * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[at] = start;
    this.#values[at + 1] = end;
    this.#length++;
  }

  /** 0 if there is no such place. */
  start(index: number): number {
    return this.#values[index * 2] ?? 0;
  }

  end(index: number): number {
    return this.#values[index * 2 + 1] ?? 0;
  }
}
