import type { TransactionDetail as Answer } from '@stellar-insights/contract';
import type { TransactionDetail } from '@stellar-insights/db/transactions';
import {
  renderClaimableBalance,
  renderClawback,
  renderContractTransfer,
  renderPayment,
  renderPoolOperation,
  renderTrade,
  renderTransaction,
  renderTrustlineOperation,
  type FactInLedger,
} from '@stellar-insights/wire';

type Data = Answer['data'];
type Truncated = Data['truncated'][number];

/** A transaction with its facts, of which the database has read one more than `limit` of each kind. */
export function renderTransactionDetail(stored: TransactionDetail, limit: number): Data {
  const { transaction, closedAt } = stored;
  const truncated: Truncated[] = [];
  const list = <Fact, Row>(
    name: Truncated,
    facts: readonly Fact[],
    render: (row: FactInLedger<Fact>) => Row,
  ): Row[] => {
    if (facts.length > limit) truncated.push(name);
    return facts.slice(0, limit).map((fact) => render({ fact, transaction, closedAt }));
  };
  /** Null of a kind that the build did not record that has stored the ledger. */
  const recorded = <Fact, Row>(
    name: Truncated,
    facts: readonly Fact[] | null,
    render: (row: FactInLedger<Fact>) => Row,
  ): Row[] | null => facts && list(name, facts, render);
  return {
    ...renderTransaction(stored),
    payments: list('payments', stored.payments, ({ fact: payment, ...rest }) =>
      renderPayment({ payment, ...rest }),
    ),
    claimable_balances: list('claimable_balances', stored.claimableBalances, renderClaimableBalance),
    trades: list('trades', stored.trades, renderTrade),
    trustline_operations: recorded(
      'trustline_operations',
      stored.trustlineOperations,
      renderTrustlineOperation,
    ),
    pool_operations: recorded('pool_operations', stored.poolOperations, renderPoolOperation),
    clawbacks: recorded('clawbacks', stored.clawbacks, renderClawback),
    contract_transfers: recorded('contract_transfers', stored.contractTransfers, renderContractTransfer),
    truncated,
  };
}
