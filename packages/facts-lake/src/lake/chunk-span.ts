import type { LedgerHeaderFacts } from '@stellar-insights/ledger';
import { FactsLakeError } from '../errors.ts';
import type { Chunk } from './chunk.ts';
import { requireLink } from './links.ts';

/** Sees to it that the ledgers of a chunk come each once, in order and linked by their hashes. */
export class ChunkSpan {
  readonly #chunk: Chunk;
  #first: LedgerHeaderFacts | null = null;
  #last: LedgerHeaderFacts | null = null;

  constructor(chunk: Chunk) {
    this.#chunk = chunk;
  }

  /** @throws FactsLakeError `chunk_incomplete`, `chain_broken` */
  add(header: LedgerHeaderFacts): void {
    const expected = this.#last === null ? this.#chunk.first : this.#last.sequence + 1;
    if (header.sequence !== expected || expected > this.#chunk.last) {
      throw this.#incomplete(`ledger ${header.sequence}`, expected);
    }
    if (this.#last !== null) requireLink(this.#last, header);
    this.#first ??= header;
    this.#last = header;
  }

  /** @throws FactsLakeError `chunk_incomplete` */
  finish(): { readonly first: LedgerHeaderFacts; readonly last: LedgerHeaderFacts } {
    const [first, last] = [this.#first, this.#last];
    if (first === null || last?.sequence !== this.#chunk.last) {
      throw this.#incomplete('the end', (last?.sequence ?? this.#chunk.first - 1) + 1);
    }
    return { first, last };
  }

  #incomplete(found: string, expected: number): FactsLakeError {
    const { first, last } = this.#chunk;
    return new FactsLakeError('chunk_incomplete', {
      found,
      expected: expected > last ? `the end after ledger ${last}` : `ledger ${expected}`,
      action: `give all ledgers of the chunk ${first} to ${last}, each once and in order`,
    });
  }
}
