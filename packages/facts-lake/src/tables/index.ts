import { claimableBalances } from './claimable-balances.ts';
import { clawbacks } from './clawbacks.ts';
import { contractTransfers } from './contract-transfers.ts';
import { ledgers } from './ledgers.ts';
import { payments } from './payments.ts';
import { poolOperations } from './pool-operations.ts';
import { trades } from './trades.ts';
import { transactions } from './transactions.ts';
import { trustlineOperations } from './trustline-operations.ts';

/** The tables of a lake, by the names that their kinds have in `LedgerFacts`. */
export const LAKE_TABLES = {
  header: ledgers,
  transactions,
  payments,
  claimableBalances,
  clawbacks,
  trustlineOperations,
  poolOperations,
  trades,
  contractTransfers,
} as const;
