import type { PaymentFact } from '@stellar-insights/ledger';
import { describe, expect, test } from 'vitest';
import { addPayment, emptyTable, replayRows, type ReplayRow } from '../src/index.ts';
import { answers, answersAbsent, corridorAnswers } from '../../../test/real-ledgers.ts';
import { paymentFact } from './payments.ts';

function rowsOf(payments: readonly PaymentFact[]): ReplayRow[] {
  const table = emptyTable();
  for (const payment of payments) addPayment(table, payment);
  return replayRows(table);
}

test('a row has exactly the published columns, in order; all columns include self-payments', () => {
  const rows = rowsOf([
    paymentFact({ from: 'A:G', to: 'native', amount: 3n }),
    paymentFact({ from: 'A:G', to: 'native', amount: 9_007_199_254_740_993n, self: true }),
    paymentFact({ from: 'A:G', to: 'native', fails: ['txFAILED', 'market'] }),
    paymentFact({ from: 'A:G', to: 'native', fails: ['opNO_ACCOUNT', 'sender'], self: true }),
    paymentFact({ from: 'A:G', to: 'native', fails: ['txFAILED', 'sender'] }),
  ]);
  expect(JSON.stringify(rows)).toBe(
    '[{"source_asset":"A:G","dest_asset":"native","attempted":5,"succeeded":2,"failed":3,' +
      '"failures":{"opNO_ACCOUNT":1,"txFAILED":2},"delivered_stroops":"9007199254740996",' +
      '"self_attempted":2,"self_succeeded":1,"self_delivered_stroops":"9007199254740993"}]',
  );
});

test('no payments give no rows', () => {
  expect(rowsOf([])).toEqual([]);
});

describe.skipIf(answersAbsent)('the operations of real ledgers give the expected corridors', () => {
  test.each(['30822015 to 30822019', 'the same with 53312000'])('%s', (name) => {
    const expected = corridorAnswers();
    const { ledgers, corridors } = name.startsWith('the same') ? expected.with_53312000 : expected;
    const operations = answers<KnownOperation>('operations').filter(({ ledger }) => ledgers.includes(ledger));
    const rows = rowsOf(operations.map(factOf));
    expect(rows).toEqual(corridors.map(({ delivered_decimal: _decimal, ...row }) => row));
  });
});

interface KnownOperation {
  readonly ledger: number;
  readonly type: PaymentFact['type'];
  readonly source: string;
  readonly to: string;
  readonly source_asset: string;
  readonly dest_asset: string;
  readonly amount_stroops: string | null;
  readonly tx_successful: boolean;
  readonly tx_result: string;
  /** `opINNER` if `op_code` says what happened. */
  readonly op_result: string | null;
  readonly op_code: string | null;
}

function factOf(operation: KnownOperation): PaymentFact {
  const { op_result, op_code, tx_result, tx_successful } = operation;
  const ownResult = op_result === 'opINNER' ? op_code : op_result;
  const rolledBack = ownResult === null || ownResult.endsWith('_SUCCESS');
  return paymentFact({
    type: operation.type,
    from: operation.source_asset,
    to: operation.dest_asset,
    amount: BigInt(operation.amount_stroops ?? 0),
    self: operation.source === operation.to,
    ...(tx_successful ? {} : { fails: [rolledBack ? tx_result : ownResult, 'unknown'] }),
  });
}
