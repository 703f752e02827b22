import { eq } from 'drizzle-orm';
import type { LedgerSummary } from '@stellar-insights/analytics';
import type { LedgerSequence } from '@stellar-insights/ledger';
import { ledgers } from '../tables/ledgers.ts';
import type { Transaction } from '../transaction.ts';
import { ledgerSummaries } from './ledger-summaries.ts';

/** Null if it is not stored. */
export async function readLedger(tx: Transaction, sequence: number): Promise<LedgerSummary | null> {
  const headers = await tx.drizzle
    .select()
    .from(ledgers)
    .where(eq(ledgers.sequence, sequence as LedgerSequence));
  const [summary] = await ledgerSummaries(tx, headers);
  return summary ?? null;
}
