import { hash } from 'node:crypto';
import type { Hash } from '../brands.ts';
import type { ResultPlaces } from './transaction-places.ts';

/** Hashes the results of a ledger with their number before them. They lie apart, and are gathered in a buffer that is kept. */
export class ResultsHasher {
  #gathered = new DataView(new ArrayBuffer(64 * 1024));

  /** `view` is of the ledger. */
  hashOf({ starts, ends, length: count }: ResultPlaces, view: DataView): Hash {
    let length = 4;
    for (let place = 0; place < count; place++) length += ends.at(place) - starts.at(place);
    if (length > this.#gathered.byteLength) {
      this.#gathered = new DataView(new ArrayBuffer(2 ** Math.ceil(Math.log2(length))));
    }
    const gathered = this.#gathered;
    gathered.setUint32(0, count);
    let at = 4;
    for (let place = 0; place < count; place++) {
      const end = ends.at(place);
      // The length of a result is a multiple of four.
      let from = starts.at(place);
      for (; from + 8 <= end; from += 8, at += 8) gathered.setBigInt64(at, view.getBigInt64(from));
      if (from < end) {
        gathered.setInt32(at, view.getInt32(from));
        at += 4;
      }
    }
    return hash('sha256', new Uint8Array(gathered.buffer, 0, length), 'hex') as Hash;
  }
}
