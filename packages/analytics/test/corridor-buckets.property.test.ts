import type { PaymentFact } from '@stellar-insights/ledger';
import { seed } from '@stellar-insights/devstack/vitest';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addPayments,
  collapseBuckets,
  emptyBuckets,
  failuresByBlame,
  failuresByReason,
  mergeBuckets,
  replayRows,
  sortedCorridors,
  wholeTally,
  type CorridorBuckets,
  type Tally,
} from '../src/index.ts';
import { anyPayment } from './payments.ts';

interface Ledger {
  readonly closedAt: number;
  readonly payments: readonly PaymentFact[];
}

const anyLedger = fc.record({
  closedAt: fc.integer({ min: 0, max: 1_500_000 }),
  payments: fc.array(anyPayment, { maxLength: 6 }),
});
const anyLedgers = fc.array(anyLedger, { maxLength: 12 });

function bucketsOf(ledgers: readonly Ledger[]): CorridorBuckets {
  const buckets = emptyBuckets();
  for (const { closedAt, payments } of ledgers) addPayments(buckets, closedAt, payments);
  return buckets;
}

/** One payment a ledger, so that a split may run through the middle of any bucket and any ledger. */
function singly(ledgers: readonly Ledger[]): Ledger[] {
  return ledgers.flatMap(({ closedAt, payments }) =>
    payments.map((payment) => ({ closedAt, payments: [payment] })),
  );
}

/** As text, since the order of rows and of their keys is part of the contract. */
function printed(buckets: CorridorBuckets): string {
  return JSON.stringify(replayRows(collapseBuckets(buckets)));
}

test('the parts of any split, merged in any order, give the table of the whole', () => {
  const split = anyLedgers.chain((ledgers) => {
    const single = singly(ledgers);
    const parts = fc.array(fc.nat({ max: 4 }), { minLength: single.length, maxLength: single.length });
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
    return fc.record({ ledgers: fc.constant(ledgers), parts, order });
  });
  fc.assert(
    fc.property(split, ({ ledgers, parts, order }) => {
      const single = singly(ledgers);
      const merged = order
        .map((part) => bucketsOf(single.filter((_, index) => parts[index] === part)))
        .reduce(mergeBuckets, emptyBuckets());
      const whole = bucketsOf(ledgers);
      expect(merged).toEqual(whole);
      expect(printed(merged)).toBe(printed(whole));
    }),
    { seed: seed() },
  );
});

test('merging is associative and commutative, and empty buckets change nothing', () => {
  fc.assert(
    fc.property(anyLedgers, anyLedgers, anyLedgers, (first, second, third) => {
      const [a, b, c] = [bucketsOf(first), bucketsOf(second), bucketsOf(third)];
      expect(mergeBuckets(mergeBuckets(a, b), c)).toEqual(mergeBuckets(a, mergeBuckets(b, c)));
      expect(mergeBuckets(a, b)).toEqual(mergeBuckets(b, a));
      expect(mergeBuckets(a, emptyBuckets())).toEqual(a);
      expect([a, b, c]).toEqual([bucketsOf(first), bucketsOf(second), bucketsOf(third)]);
    }),
    { seed: seed() },
  );
});

test('every column of every bucket equals a plain recount of its payments', () => {
  fc.assert(
    fc.property(anyLedgers, (ledgers) => {
      const buckets = bucketsOf(ledgers);
      const rows = [...buckets.tables].flatMap(([start, table]) =>
        sortedCorridors(table).map((corridor) => ({ start, corridor })),
      );
      let counted = 0;
      for (const { start, corridor } of rows) {
        const among = ledgers
          .filter(({ closedAt }) => start <= closedAt && closedAt < start + 300_000)
          .flatMap(({ payments }) => payments)
          .filter((payment) => payment.type === 'payment' || payment.type.startsWith('path_payment'))
          .filter((payment) => payment.sourceAsset === corridor.sourceAsset)
          .filter((payment) => payment.destAsset === corridor.destAsset);
        expectRecount(wholeTally(corridor), among);
        expectRecount(
          corridor.self,
          among.filter((payment) => payment.isSelfPayment),
        );
        expectRecount(
          corridor.others,
          among.filter((payment) => !payment.isSelfPayment),
        );
        counted += among.length;
      }
      const attempts = ledgers
        .flatMap(({ payments }) => payments)
        .filter(({ type }) => type !== 'create_account' && type !== 'account_merge');
      expect(counted).toBe(attempts.length);
    }),
    { seed: seed() },
  );
});

function expectRecount(tally: Tally, payments: readonly PaymentFact[]): void {
  const succeeded = payments.filter((payment) => payment.succeeded);
  expect(tally.attempts).toBe(payments.length);
  expect(tally.successes).toBe(succeeded.length);
  expect(tally.delivered).toBe(succeeded.reduce((sum, payment) => sum + (payment.deliveredAmount ?? 0n), 0n));

  const failed = payments.flatMap(({ failure }) => failure ?? []);
  expect(failuresByReason(tally)).toEqual(occurrences(failed.map(({ reason }) => reason)));
  expect(failuresByBlame(tally)).toEqual(occurrences(failed.map(({ blame }) => blame)));
  expect(tally.attempts).toBe(tally.successes + failed.length);

  for (const size of tally.sizeClasses.values()) {
    const among = payments.filter(({ fixedSide, fixedAmount }) => {
      const digits = fixedAmount !== null && fixedAmount > 0n ? `${fixedAmount}`.length - 1 : -1;
      return fixedSide === size.side && digits === size.sizeClass;
    });
    expect(size.attempts).toBe(among.length);
    expect(size.successes).toBe(among.filter((payment) => payment.succeeded).length);
  }
  const inClasses = [...tally.sizeClasses.values()].reduce((sum, size) => sum + size.attempts, 0);
  expect(inClasses).toBe(tally.attempts);
}

function occurrences<Value>(values: readonly Value[]): Map<Value, number> {
  return new Map(values.map((value) => [value, values.filter((other) => other === value).length]));
}
