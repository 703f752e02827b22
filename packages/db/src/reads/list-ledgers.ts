import { desc, lte } from 'drizzle-orm';
import type { LedgerSummary } from '@stellar-insights/analytics';
import type { LedgerSequence } from '@stellar-insights/ledger';
import { ledgers } from '../tables/ledgers.ts';
import type { Transaction } from '../transaction.ts';
import { ledgerSummaries } from './ledger-summaries.ts';

/** Newest first, `from` and older. */
export async function listLedgers(
  tx: Transaction,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<LedgerSummary[]> {
  const headers = await tx.drizzle
    .select()
    .from(ledgers)
    .where(lte(ledgers.sequence, from as LedgerSequence))
    .orderBy(desc(ledgers.sequence))
    .limit(limit);
  return ledgerSummaries(tx, headers);
}
