import { factsOfVersion, ledgerRows } from '@stellar-insights/db/facts';
import { FactsLakeError, readChunk, type Chunk, type FactsLake } from '@stellar-insights/facts-lake';
import type { LedgerFacts, LedgerRange } from '@stellar-insights/ledger';
import { compareRows, type Difference } from './difference.ts';

/** What comparing a facts lake with the source of its ledgers gave. */
export interface LakeVerification {
  /** How many chunks were compared, whole or in part. */
  readonly chunks: number;
  /** The ledgers of whole chunks of the range that the lake does not have. */
  readonly missing: readonly LedgerRange[];
  readonly differences: readonly Difference[];
}

/** A chunk that is read beside the source. */
interface OpenChunk {
  readonly chunk: Chunk;
  readonly factsVersion: number;
  readonly facts: AsyncIterator<LedgerFacts>;
}

/**
 * Compares a facts lake with ledgers, which come in order. The lake is read beside them, so that one ledger is in memory at a
 * time.
 */
export class LakeComparison implements AsyncDisposable {
  readonly #lake: FactsLake;
  readonly #range: LedgerRange;
  readonly #signal: AbortSignal;
  readonly #missing: LedgerRange[] = [];
  readonly #differences: Difference[] = [];
  #chunks = 0;
  /** The chunk of the last ledger that was compared; `open` is null if the lake does not have it, or has it damaged. */
  #current: { readonly last: number; open: OpenChunk | null } | undefined;

  constructor(lake: FactsLake, range: LedgerRange, signal: AbortSignal) {
    this.#lake = lake;
    this.#range = range;
    this.#signal = signal;
  }

  get result(): LakeVerification {
    return { chunks: this.#chunks, missing: this.#missing, differences: this.#differences };
  }

  /** @throws FactsLakeError if the lake cannot be read */
  async compare(facts: LedgerFacts): Promise<void> {
    const { sequence } = facts.header;
    if (this.#current === undefined || sequence > this.#current.last) await this.#next(sequence);
    const open = this.#current?.open ?? null;
    if (open === null) return;
    try {
      const stored = await ledgerOf(open, sequence);
      this.#differences.push(...compareLedger(stored, factsOfVersion(facts, open.factsVersion)));
      // Only then the reader has seen that the files hold nothing else.
      if (sequence === open.chunk.last) await open.facts.next();
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      const key = { first_ledger: open.chunk.first, last_ledger: open.chunk.last };
      const stored = `unreadable: ${error.message}`;
      this.#differences.push({ table: 'chunk', key, column: null, stored, recomputed: null });
      await this.#close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async #next(sequence: number): Promise<void> {
    await this.#close();
    const chunk = this.#lake.chunkOf(sequence);
    const manifest = await this.#lake.manifest(chunk, this.#signal);
    this.#current = { last: chunk.last, open: null };
    const { first: from, last: to } = chunk;
    if (manifest !== null) {
      this.#chunks++;
      const facts = readChunk(this.#lake, chunk, this.#signal)[Symbol.asyncIterator]();
      this.#current.open = { chunk, factsVersion: manifest.facts_version, facts };
    } else if (from >= this.#range.from && to <= this.#range.to) {
      this.#missing.push({ from, to });
    }
  }

  async #close(): Promise<void> {
    const open = this.#current?.open;
    if (open === null || open === undefined) return;
    if (this.#current !== undefined) this.#current.open = null;
    await open.facts.return?.();
  }
}

/** Ledgers before it are passed over. Null if the chunk ends before. */
async function ledgerOf({ facts }: OpenChunk, sequence: number): Promise<LedgerFacts | null> {
  for (;;) {
    const next = await facts.next();
    if (next.done === true) return null;
    if (next.value.header.sequence >= sequence) return next.value;
  }
}

function compareLedger(stored: LedgerFacts | null, recomputed: LedgerFacts): Difference[] {
  const storedRows = new Map(
    (stored === null ? [] : ledgerRows(stored)).map(({ table, rows }) => [table, rows]),
  );
  return ledgerRows(recomputed).flatMap(({ table, key, rows }) =>
    compareRows(table, key, storedRows.get(table) ?? [], rows),
  );
}

function isCorrupt(error: unknown): error is FactsLakeError {
  return error instanceof FactsLakeError && error.code === 'chunk_corrupt';
}
