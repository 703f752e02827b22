import { isPaymentAttempt, type LedgerFacts, type LedgerHeaderFacts } from '@stellar-insights/ledger';

export interface OutcomeCounts {
  readonly succeeded: number;
  readonly failed: number;
}

/** The counts of one ledger. */
export interface LedgerSummary {
  readonly header: LedgerHeaderFacts;
  readonly transactions: OutcomeCounts;
  /** Of all transactions; failed ones included. */
  readonly operations: number;
  /** Attempts: payments and path payments. */
  readonly attempts: OutcomeCounts;
}

export function summarizeLedger({ header, transactions, payments }: LedgerFacts): LedgerSummary {
  return {
    header,
    transactions: countOutcomes(transactions),
    operations: transactions.reduce((sum, { operationCount }) => sum + operationCount, 0),
    attempts: countOutcomes(payments.filter(({ type }) => isPaymentAttempt(type))),
  };
}

function countOutcomes(facts: readonly { readonly succeeded: boolean }[]): OutcomeCounts {
  const succeeded = facts.filter((fact) => fact.succeeded).length;
  return { succeeded, failed: facts.length - succeeded };
}
