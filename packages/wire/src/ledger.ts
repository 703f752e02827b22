import type { LedgerSummary } from '@stellar-insights/analytics';
import type { Ledger } from '@stellar-insights/contract';
import type { LedgerHeaderFacts } from '@stellar-insights/ledger';
import { isoTime, knownAmount } from './values.ts';

/** A ledger as REST answers it. `hasFacts`: retention has not dropped its transactions. */
export function renderLedger(
  { header, transactions, operations, attempts }: LedgerSummary,
  hasFacts: boolean,
): Ledger {
  return {
    ...renderHeader(header),
    base_fee_stroops: header.baseFee.toString(),
    base_reserve_stroops: header.baseReserve.toString(),
    ...knownAmount('total_coins', header.totalCoins),
    ...knownAmount('fee_pool', header.feePool),
    transactions: hasFacts ? { ...transactions } : null,
    operations: hasFacts ? operations : null,
    payments: hasFacts ? { ...attempts } : null,
  };
}

/** The columns of `renderLedger` in CSV. */
export const LEDGER_COLUMNS = [
  'sequence',
  'hash',
  'previous_hash',
  'closed_at',
  'protocol_version',
  'base_fee_stroops',
  'base_reserve_stroops',
  'total_coins',
  'total_coins_stroops',
  'fee_pool',
  'fee_pool_stroops',
  'transactions.succeeded',
  'transactions.failed',
  'operations',
  'payments.succeeded',
  'payments.failed',
] as const;

/** The fields that REST and events share. */
export function renderHeader(header: LedgerHeaderFacts) {
  return {
    sequence: header.sequence,
    hash: header.hash,
    previous_hash: header.previousHash,
    closed_at: isoTime(header.closedAt),
    protocol_version: header.protocolVersion,
  };
}
