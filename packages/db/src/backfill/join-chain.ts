import { LedgerError, type Hash } from '@stellar-insights/ledger';
import { fillGap, openGapAfter } from '../ledgers/gaps.ts';
import type { Transaction } from '../transaction.ts';
import type { BackfillRange } from './backfill.ts';
import { BackfillRangeError } from './errors.ts';

/** Ledgers that follow one another. */
export interface LedgerRun extends BackfillRange {
  /** That the first one names. */
  readonly previousHash: Hash;
  /** Of the last one. */
  readonly lastHash: Hash;
}

/**
 * Makes ledgers that this transaction stores a part of the stored chain: it must be linked to them on both sides, and they are
 * missing no more. Until the transaction ends, no other one can do the same, so that two neighbours see each other, and retention
 * cannot pass them.
 *
 * @throws LedgerError `chain_broken`; BackfillRangeError if retention has passed them
 */
export async function joinChain(tx: Transaction, run: LedgerRun): Promise<void> {
  const gap = { from: run.first, to: run.last };
  await fillGap(tx, gap);
  await openGapAfter(tx, gap);
  const [row] = await tx.sql<{ keptFrom: number; before: Hash | null; after: Hash | null }[]>`
    select (select facts_from::float8 from retention_horizon) as "keptFrom",
           (select encode(hash, 'hex') from ledgers where sequence = ${run.first - 1}) as before,
           (select encode(previous_hash, 'hex') from ledgers where sequence = ${run.last + 1}) as after`;
  const { keptFrom = 0, before = null, after = null } = row ?? {};
  if (run.first < keptFrom) {
    throw new BackfillRangeError(
      `ledgers ${run.first} to ${run.last}`,
      `none before ledger ${keptFrom}, where what retention keeps begins`,
      'cancel the backfill, and ask for newer ones',
    );
  }
  if (before !== null) requireLink(run.first, run.previousHash, before);
  if (after !== null) requireLink(run.last + 1, after, run.lastHash);
}

/** @throws LedgerError `chain_broken` unless a ledger names the hash of the one before it */
export function requireLink(ledger: number, named: Hash, hash: Hash): void {
  if (named === hash) return;
  throw new LedgerError('chain_broken', {
    ledger,
    found: `${named} named as the hash of ledger ${ledger - 1}`,
    expected: hash,
    action:
      'verify the ledgers stored, and read those of the backfill from another source: one of them is not of this chain',
  });
}
