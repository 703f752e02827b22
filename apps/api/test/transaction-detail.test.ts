import type { AccountId, AssetId, OperationId, Stroops, TradeFact } from '@stellar-insights/ledger';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';
import { expect, test } from 'vitest';
import { renderTransactionDetail } from '../src/routes/transactions/render-transaction-detail.ts';

const [transaction] = simulatedLedgers(20).flatMap(({ transactions }) => transactions);
if (transaction === undefined) throw new RangeError('too little has happened');
const { ledger, source } = transaction;

const trade = (order: number): TradeFact => ({
  operationId: 7n as OperationId,
  ledger,
  order,
  maker: { type: 'offer', seller: source, offerId: 1n },
  buyer: source satisfies AccountId,
  soldAsset: 'native' as AssetId,
  soldAmount: 1n as Stroops,
  boughtAsset: 'native' as AssetId,
  boughtAmount: 1n as Stroops,
});

test('a transaction has no more rows of a kind than the limit, and names the kinds that have more', () => {
  const detailOf = (trades: number) =>
    renderTransactionDetail(
      {
        transaction,
        closedAt: 0,
        payments: [],
        claimableBalances: [],
        trades: Array.from({ length: trades }, (_, order) => trade(order)),
        trustlineOperations: [],
        poolOperations: null,
        clawbacks: [],
        contractTransfers: null,
      },
      3,
    );
  expect(detailOf(3)).toMatchObject({ truncated: [], pool_operations: null, clawbacks: [] });
  expect(detailOf(3).trades).toHaveLength(3);
  expect(detailOf(4)).toMatchObject({ truncated: ['trades'], trades: detailOf(3).trades });
});
