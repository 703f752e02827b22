import type { Hash, LedgerHeaderFacts, LedgerSequence } from '@stellar-insights/ledger';
import { FactsLakeError } from '../errors.ts';
import type { Chunk } from './chunk.ts';
import type { FactsLake } from './facts-lake.ts';

/** @throws FactsLakeError `chain_broken` unless `next` names `ledger` as the one before it */
export function requireLink(
  ledger: { readonly sequence: LedgerSequence; readonly hash: Hash },
  next: Pick<LedgerHeaderFacts, 'previousHash'>,
): void {
  if (next.previousHash === ledger.hash) return;
  throw new FactsLakeError('chain_broken', {
    found: `${next.previousHash} as the previous hash of ledger ${ledger.sequence + 1}`,
    expected: `${ledger.hash}, the hash of ledger ${ledger.sequence}`,
    action:
      'one of both is of another chain: verify them against another source, and export the wrong one again',
  });
}

/**
 * Compares the ends of a chunk with the chunks before and after it, as far as these exist.
 *
 * @throws FactsLakeError `chain_broken`
 */
export async function requireLinks(
  lake: FactsLake,
  chunk: Chunk,
  ends: { readonly first: LedgerHeaderFacts; readonly last: LedgerHeaderFacts },
  signal: AbortSignal,
): Promise<void> {
  const before = lake.chunkOf(Math.max(chunk.first - 1, 0));
  if (before.first < chunk.first) {
    const manifest = await lake.manifest(before, signal);
    if (manifest !== null) {
      requireLink({ sequence: manifest.last_ledger, hash: manifest.last_hash }, ends.first);
    }
  }
  const after = await lake.manifest(lake.chunkOf(chunk.last + 1), signal);
  if (after !== null) requireLink(ends.last, { previousHash: after.previous_hash });
}
