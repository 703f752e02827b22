import type { PaymentFact } from '@stellar-insights/ledger';
import { describe, expect, test } from 'vitest';
import {
  addPayment,
  emptyTable,
  failuresByBlame,
  failuresByReason,
  mergeTables,
  sortedCorridors,
  StatisticsInputError,
  wholeTally,
  type CorridorTable,
  type CorridorTally,
} from '../src/index.ts';
import { paymentFact } from './payments.ts';

function tableOf(...payments: PaymentFact[]): CorridorTable {
  const table = emptyTable();
  for (const payment of payments) addPayment(table, payment);
  return table;
}

function onlyCorridor(table: CorridorTable): CorridorTally {
  const [corridor, ...more] = sortedCorridors(table);
  if (corridor === undefined || more.length > 0) throw new Error(`the table has ${table.size} corridors`);
  return corridor;
}

describe('an attempt', () => {
  test('is a payment or a path payment, not an account creation or merge', () => {
    const table = tableOf(
      paymentFact({ type: 'payment' }),
      paymentFact({ type: 'path_payment_strict_send' }),
      paymentFact({ type: 'path_payment_strict_receive', fails: ['txBAD_SEQ', 'sender'] }),
      paymentFact({ type: 'create_account' }),
      paymentFact({ type: 'account_merge' }),
    );
    expect(onlyCorridor(table).others).toMatchObject({ attempts: 3, successes: 2 });
    expect(tableOf(paymentFact({ type: 'create_account' })).size).toBe(0);
  });

  test('whose fact contradicts itself is refused by its id and leaves the tally unchanged', () => {
    const success = paymentFact();
    const failed = paymentFact({ fails: ['txBAD_SEQ', 'sender'] });
    for (const wrong of [
      { ...success, deliveredAmount: null },
      { ...success, failure: failed.failure },
      { ...failed, failure: null },
      { ...failed, deliveredAmount: success.deliveredAmount },
    ]) {
      const table = tableOf(success);
      expect(() => addPayment(table, wrong)).toThrow(StatisticsInputError);
      expect(() => addPayment(table, wrong)).toThrow('payment 1: found');
      expect(table).toEqual(tableOf(success));
    }
  });
});

describe('a corridor', () => {
  test('is directed', () => {
    const table = tableOf(paymentFact({ from: 'A:G', to: 'B:G' }), paymentFact({ from: 'B:G', to: 'A:G' }));
    expect(sortedCorridors(table).map((corridor) => corridor.others.attempts)).toEqual([1, 1]);
  });

  test('differs from another whose assets look the same when joined', () => {
    const pairs = [
      ['a', 'b c'],
      ['a b', 'c'],
      ['a b c', ''],
    ] as const;
    const table = tableOf(...pairs.map(([from, to]) => paymentFact({ from, to })));
    expect(sortedCorridors(table).map((row) => [row.sourceAsset, row.destAsset])).toEqual(pairs);
  });

  test('is sorted by source, then destination, in code-unit order', () => {
    const pairs = [
      ['818:G', 'U:G'],
      ['A:G', 'native'],
      ['Z:G', 'A:G'],
      ['Z:G', 'B:G'],
      ['a:G', 'A:G'],
      ['native', 'native'],
      ['é:G', 'A:G'],
    ] as const;
    const table = tableOf(...pairs.toReversed().map(([from, to]) => paymentFact({ from, to })));
    expect(sortedCorridors(table).map((row) => [row.sourceAsset, row.destAsset])).toEqual(pairs);
  });
});

describe('a tally', () => {
  test('of others has no self-payments, of self has only those, and the whole has both', () => {
    const corridor = onlyCorridor(
      tableOf(
        paymentFact({ amount: 5n }),
        paymentFact({ amount: 70n, self: true }),
        paymentFact({ self: true, fails: ['txFAILED', 'market'] }),
      ),
    );
    expect(corridor.others).toMatchObject({ attempts: 1, successes: 1, delivered: 5n });
    expect(corridor.self).toMatchObject({ attempts: 2, successes: 1, delivered: 70n });
    expect(wholeTally(corridor)).toMatchObject({ attempts: 3, successes: 2, delivered: 75n });
    expect(failuresByReason(corridor.others).size).toBe(0);
    expect([...failuresByReason(corridor.self)]).toEqual([['txFAILED', 1]]);
  });

  test('counts a reason under each of its blames, sorted by code units', () => {
    const { others } = onlyCorridor(
      tableOf(
        paymentFact({ fails: ['txFAILED', 'sender'] }),
        paymentFact({ fails: ['txFAILED', 'market'] }),
        paymentFact({ fails: ['PAYMENT_LINE_FULL', 'receiver'] }),
        paymentFact({ fails: ['txFAILED', 'market'] }),
      ),
    );
    expect([...failuresByReason(others)]).toEqual([
      ['PAYMENT_LINE_FULL', 1],
      ['txFAILED', 3],
    ]);
    expect([...failuresByBlame(others)]).toEqual([
      ['market', 2],
      ['receiver', 1],
      ['sender', 1],
    ]);
  });

  test('counts the sizes of all attempts by the fixed side, and sums only delivered amounts', () => {
    const { others } = onlyCorridor(
      tableOf(
        paymentFact({ side: 'source', amount: 100n, delivered: 7n }),
        paymentFact({ side: 'source', amount: 999n, fails: ['txFAILED', 'market'] }),
        paymentFact({ side: 'dest', amount: 100n }),
        paymentFact({ side: 'dest', amount: 0n, fails: ['PAYMENT_MALFORMED', 'sender'] }),
      ),
    );
    expect([...others.sizeClasses.values()]).toEqual([
      { side: 'source', sizeClass: 2, attempts: 2, successes: 1 },
      { side: 'dest', sizeClass: 2, attempts: 1, successes: 1 },
      { side: 'dest', sizeClass: -1, attempts: 1, successes: 0 },
    ]);
    expect(others.delivered).toBe(107n);
  });

  test('adds amounts exactly beyond int64', () => {
    const most = 2n ** 63n - 1n;
    const table = tableOf(paymentFact({ amount: most }), paymentFact({ amount: most }));
    expect(onlyCorridor(table).others.delivered).toBe(2n ** 64n - 2n);
  });
});

test('a merged table shares nothing with its two sources', () => {
  const a = tableOf(paymentFact());
  const b = tableOf(paymentFact({ fails: ['txBAD_SEQ', 'sender'] }));
  const merged = mergeTables(a, b);
  addPayment(merged, paymentFact({ fails: ['txBAD_SEQ', 'sender'] }));
  addPayment(merged, paymentFact({ self: true }));
  expect(a).toEqual(tableOf(paymentFact()));
  expect(b).toEqual(tableOf(paymentFact({ fails: ['txBAD_SEQ', 'sender'] })));
});
