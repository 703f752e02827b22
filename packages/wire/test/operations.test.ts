import { transactionIndexOfOperation, type LedgerFacts, type OperationId } from '@stellar-insights/ledger';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';
import { describe, expect, it } from 'vitest';
import {
  CLAIMABLE_BALANCE_COLUMNS,
  POOL_OPERATION_COLUMNS,
  renderClaimableBalance,
  renderPoolOperation,
  renderTrade,
  renderTransaction,
  renderTrustlineOperation,
  TRADE_COLUMNS,
  TRANSACTION_COLUMNS,
  TRUSTLINE_OPERATION_COLUMNS,
  type FactInLedger,
} from '../src/index.ts';
import { columnsOf } from './columns.ts';

const ledgers = simulatedLedgers(120);

function rowsOf<Fact extends { readonly operationId: OperationId }>(
  factsOf: (facts: LedgerFacts) => readonly Fact[],
  render: (row: FactInLedger<Fact>) => object,
): object[] {
  return ledgers.flatMap((facts) =>
    factsOf(facts).map((fact) => {
      const transaction = facts.transactions[transactionIndexOfOperation(fact.operationId) - 1];
      if (transaction === undefined) throw new RangeError(`operation ${fact.operationId} has no transaction`);
      return render({ fact, transaction, closedAt: facts.header.closedAt });
    }),
  );
}

const KINDS = {
  trade: { columns: TRADE_COLUMNS, rows: rowsOf(({ trades }) => trades, renderTrade) },
  'operation on a claimable balance': {
    columns: CLAIMABLE_BALANCE_COLUMNS,
    rows: rowsOf(({ claimableBalances }) => claimableBalances, renderClaimableBalance),
  },
  'operation on a trustline': {
    columns: TRUSTLINE_OPERATION_COLUMNS,
    rows: rowsOf(({ trustlineOperations }) => trustlineOperations, renderTrustlineOperation),
  },
  'operation on a pool': {
    columns: POOL_OPERATION_COLUMNS,
    rows: rowsOf(({ poolOperations }) => poolOperations, renderPoolOperation),
  },
  transaction: {
    columns: TRANSACTION_COLUMNS,
    rows: ledgers.flatMap(({ header: { closedAt }, transactions }) =>
      transactions.map((transaction) => renderTransaction({ transaction, closedAt })),
    ),
  },
};

describe.for(Object.entries(KINDS))('each %s', ([, { columns, rows }]) => {
  it('has a column in CSV for every field of REST, in the same order', () => {
    expect(rows.length).toBeGreaterThan(10);
    const fields = [...new Set(columns.map((column) => column.split('.')[0]))];
    for (const row of rows) expect(Object.keys(row)).toStrictEqual(fields);
    const paths = rows.flatMap(columnsOf).map((path) => path.replace(/\.[0-9]+$/, ''));
    expect(columns.filter((column) => !paths.includes(column))).toStrictEqual([]);
  });
});
