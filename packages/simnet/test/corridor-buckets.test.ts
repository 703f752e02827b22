import { describe, expect, it } from 'vitest';
import { createNetwork } from '@stellar-insights/simnet';

describe('the buckets of the truth', () => {
  const network = createNetwork({
    seed: 'buckets',
    passphrase: 'Simulated Network',
    startLedger: 1_000,
    startTime: Date.UTC(2026, 0, 1, 0, 4),
    closeIntervalMs: 30_000,
  });
  const payments = Array.from({ length: 60 }, () => network.closeLedger().truth.payments).flat();
  const attempts = payments.filter(({ type }) => type !== 'create_account' && type !== 'account_merge');
  const buckets = network.buckets();

  it('are five minutes long and as many as the time that passed', () => {
    const starts = [...new Set(buckets.map(({ start }) => start))];
    expect(starts.map((start) => (start - Date.UTC(2026, 0, 1)) / 300_000)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('hold every attempt once, the failed ones under one reason and one blame', () => {
    const total = (count: (bucket: (typeof buckets)[number]) => number) =>
      buckets.reduce((sum, bucket) => sum + count(bucket), 0);
    const counts = (record: object) =>
      Object.values(record).reduce((sum: number, count: number) => sum + count, 0);
    expect(total(({ attempted }) => attempted)).toBe(attempts.length);
    expect(total(({ selfAttempted }) => selfAttempted)).toBe(
      attempts.filter((one) => one.isSelfPayment).length,
    );
    for (const { attempted, succeeded, failed, failures, blame } of buckets) {
      expect(succeeded + failed).toBe(attempted);
      expect(counts(failures)).toBe(failed);
      expect(counts(blame)).toBe(failed);
    }
  });

  it('add up what arrived, self-payments again by themselves', () => {
    const sum = (amounts: readonly (bigint | null)[]) =>
      amounts.reduce<bigint>((all, amount) => all + (amount ?? 0n), 0n);
    const selfDelivered = attempts.filter((one) => one.isSelfPayment).map((one) => one.deliveredAmount);
    expect(sum(buckets.map(({ deliveredStroops }) => deliveredStroops))).toBe(
      sum(attempts.map((one) => one.deliveredAmount)),
    );
    expect(sum(buckets.map(({ selfDeliveredStroops }) => selfDeliveredStroops))).toBe(sum(selfDelivered));
  });
});
