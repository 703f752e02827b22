import type { PaymentFact, TradeFact, TransactionFact } from '@stellar-insights/ledger';
import { decodeLedger } from '@stellar-insights/ledger/decode';
import { describe, expect, it } from 'vitest';
import {
  answers,
  answersAbsent,
  PUBNET,
  realLedgers,
  realLedgersAbsent,
  type LedgerAnswer,
} from '../../../../test/real-ledgers.ts';
import { REAL_LEDGERS } from '../../../../scripts/fixtures/real-ledgers.ts';

describe.skipIf(realLedgersAbsent)('real pubnet ledgers', () => {
  const facts = realLedgers().map((raw) => decodeLedger(raw, PUBNET));

  it('have the known hashes and name the hash of the ledger before', () => {
    const headers = facts.map(({ header }) => header);
    expect(headers.map(({ sequence, hash }) => ({ sequence, hash }))).toStrictEqual(REAL_LEDGERS);
    for (const { sequence, previousHash } of headers) {
      const previous = headers.find((header) => header.sequence === sequence - 1);
      expect(previousHash).toBe(previous?.hash ?? previousHash);
    }
  });

  it.skipIf(answersAbsent)('have the headers and counts of the answers', () => {
    const rows = facts.map(({ header, transactions }) => {
      const operations = (some: readonly TransactionFact[]) =>
        some.reduce((sum, { operationCount }) => sum + operationCount, 0);
      const succeeded = transactions.filter((transaction) => transaction.succeeded);
      return {
        ledger: header.sequence,
        hash: header.hash,
        previous_hash: header.previousHash,
        closed_at: new Date(header.closedAt).toISOString().replace('.000Z', 'Z'),
        protocol: header.protocolVersion,
        tx_successful: succeeded.length,
        tx_failed: transactions.length - succeeded.length,
        operations_in_successful_txs: operations(succeeded),
        operations_in_all_txs: operations(transactions),
      };
    });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toStrictEqual(
      answers<LedgerAnswer>('ledgers').map((answer) => expect.objectContaining(pick(rows[0], answer))),
    );
  });

  it.skipIf(answersAbsent)('have every transaction of the answers, row for row', () => {
    const rows = facts.flatMap(({ transactions }) => transactions.map(transactionRow));
    expect(rows).toStrictEqual(answers('transactions'));
  });

  it.skipIf(answersAbsent)('have every payment of the answers, row for row', () => {
    const rows = facts.flatMap(({ payments, transactions }) =>
      payments.map((payment) => operationRow(payment, transactions)),
    );
    expect(rows).toStrictEqual(answers<OperationAnswer>('operations').map(withoutUnhashed));
  });

  it.skipIf(answersAbsent)('have every trade of the answers, row for row', () => {
    const rows = facts.flatMap(({ trades }) => trades.map(tradeRow));
    expect(rows).toStrictEqual(
      answers<Record<string, unknown>>('trades').map(({ answer: _, ...row }) => row),
    );
  });
});

function transactionRow(transaction: TransactionFact) {
  const { innerHash, innerResult, feeSource } = transaction;
  return {
    ledger: transaction.ledger,
    index: transaction.index,
    hash: transaction.hash,
    source: transaction.source,
    successful: transaction.succeeded,
    result: transaction.result,
    fee_charged: String(transaction.feeCharged),
    operations: transaction.operationCount,
    ...(innerHash === null
      ? {}
      : { inner_hash: innerHash, inner_result: innerResult, fee_source: feeSource }),
  };
}

interface OperationAnswer {
  readonly [column: string]: unknown;
}

/** `etl_amount` is a float, `answer` says where the row is from. */
function withoutUnhashed({ etl_amount: _, answer: __, ...row }: OperationAnswer): OperationAnswer {
  return row;
}

function operationRow(payment: PaymentFact, transactions: readonly TransactionFact[]): OperationAnswer {
  const transaction = transactions[payment.transactionIndex - 1];
  const { type, fixedAmount, limitAmount } = payment;
  const strictSend = type === 'path_payment_strict_send';
  const strictReceive = type === 'path_payment_strict_receive';
  const arrives = strictSend ? payment.deliveredAmount : fixedAmount;
  const sent = payment.sentAmount ?? (strictSend ? fixedAmount : null);
  return {
    ledger: payment.ledger,
    tx: payment.transactionHash,
    op_id: String(payment.operationId),
    tx_index: payment.transactionIndex,
    op_index: payment.operationIndex,
    type,
    source: payment.source,
    to: payment.destination,
    source_asset: payment.sourceAsset,
    dest_asset: payment.destAsset,
    amount_stroops: arrives === null ? null : String(arrives),
    ...(strictReceive ? { source_max_stroops: String(limitAmount) } : {}),
    ...(strictSend ? { dest_min_stroops: String(limitAmount) } : {}),
    ...(strictSend || strictReceive
      ? { source_amount_stroops: sent === null ? null : String(sent), path: payment.path }
      : {}),
    tx_successful: transaction?.succeeded,
    tx_result: transaction?.innerResult ?? transaction?.result,
    op_result: payment.operationResult?.startsWith('op') ? payment.operationResult : 'opINNER',
    op_code: payment.operationResult,
  };
}

function tradeRow(trade: TradeFact) {
  const { maker } = trade;
  return {
    ledger: trade.ledger,
    op_id: String(trade.operationId),
    order: trade.order,
    seller: maker.type === 'offer' ? maker.seller : null,
    pool: maker.type === 'pool' ? maker.pool : null,
    offer_id: maker.type === 'offer' ? String(maker.offerId) : null,
    buyer: trade.buyer,
    sold_asset: trade.soldAsset,
    sold_stroops: String(trade.soldAmount),
    bought_asset: trade.boughtAsset,
    bought_stroops: String(trade.boughtAmount),
  };
}

function pick(shape: object | undefined, row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([key]) => key in (shape ?? {})));
}
