import type { AsOf } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { readGapsBetween } from '@stellar-insights/db/ledgers';

/** The ledgers of an answer, first and last, and the gaps between them. */
export async function asOfLedgers(tx: Transaction, from: number, to: number): Promise<AsOf> {
  const gaps = await readGapsBetween(tx, from, to);
  return { from_ledger: from, to_ledger: to, gaps };
}

/** For an answer about one ledger, which is stored. */
export function asOfLedger(sequence: number): AsOf {
  return { from_ledger: sequence, to_ledger: sequence, gaps: [] };
}
