import { FACTS_VERSION } from '@stellar-insights/db/facts';
import { writeChunk, type Chunk, type FactsLake } from '@stellar-insights/facts-lake';
import type { LedgerFacts } from '@stellar-insights/ledger';
import type { FactsOrigin } from './facts-origin.ts';

export interface ChunkExport {
  readonly lake: FactsLake;
  readonly chunk: Chunk;
  readonly origin: FactsOrigin;
  /** Whether to write the chunk although the lake has it. Default: false. */
  readonly replace?: boolean;
  /** Called before each ledger is written. */
  readonly onLedger: (sequence: number) => void;
}

/**
 * Writes a chunk, unless the lake has it with the facts that this build knows. Whoever is stopped or killed before the end
 * leaves the lake as it was; of two that write the same chunk, both write the same bytes.
 *
 * @throws FactsLakeError; what reading the facts throws; the signal's reason
 */
export async function exportChunk(
  { lake, chunk, origin, replace = false, onLedger }: ChunkExport,
  signal: AbortSignal,
): Promise<'written' | 'present'> {
  const present = replace ? null : await lake.manifest(chunk, signal);
  if (present !== null && present.facts_version >= FACTS_VERSION) return 'present';
  const facts = reporting(origin.read({ from: chunk.first, to: chunk.last }, signal), onLedger);
  await writeChunk(lake, chunk, facts, { factsVersion: FACTS_VERSION }, signal);
  return 'written';
}

async function* reporting(
  facts: AsyncIterable<LedgerFacts>,
  onLedger: (sequence: number) => void,
): AsyncGenerator<LedgerFacts> {
  for await (const ledger of facts) {
    onLedger(ledger.header.sequence);
    yield ledger;
  }
}
