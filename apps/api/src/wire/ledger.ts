import type { Ledger } from '@stellar-insights/contract';
import type { LedgerSummary } from '@stellar-insights/db';
import { decimal } from './amounts.ts';
import { isoTime } from './time.ts';

/** `hasFacts`: retention has not dropped its transactions. */
export function ledgerOnWire(
  { header, transactions, operations, attempts }: LedgerSummary,
  hasFacts: boolean,
): Ledger {
  return {
    sequence: header.sequence,
    hash: header.hash,
    previous_hash: header.previousHash,
    closed_at: isoTime(header.closedAt),
    protocol_version: header.protocolVersion,
    base_fee_stroops: header.baseFee.toString(),
    base_reserve_stroops: header.baseReserve.toString(),
    total_coins: decimal(header.totalCoins),
    total_coins_stroops: header.totalCoins.toString(),
    fee_pool: decimal(header.feePool),
    fee_pool_stroops: header.feePool.toString(),
    transactions: hasFacts ? { ...transactions } : null,
    operations: hasFacts ? operations : null,
    payments: hasFacts ? { ...attempts } : null,
  };
}
