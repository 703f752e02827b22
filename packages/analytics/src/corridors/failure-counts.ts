import type { Blame, ResultCode } from '@stellar-insights/ledger';
import { byCodeUnits } from '../code-unit-order.ts';
import type { FailureCount, Tally } from './tally.ts';

/** Failures per reason, in code-unit order of the reasons. */
export function failuresByReason(tally: Tally): Map<ResultCode, number> {
  return sumBy(tally, (failure) => failure.reason);
}

/** Failures per blame, in code-unit order; a blame that nobody bears is absent. */
export function failuresByBlame(tally: Tally): Map<Blame, number> {
  return sumBy(tally, (failure) => failure.blame);
}

function sumBy<Key extends string>(tally: Tally, keyOf: (failure: FailureCount) => Key): Map<Key, number> {
  const sums = new Map<Key, number>();
  for (const failure of tally.failures.values()) {
    const key = keyOf(failure);
    sums.set(key, (sums.get(key) ?? 0) + failure.count);
  }
  return new Map([...sums].toSorted(([a], [b]) => byCodeUnits(a, b)));
}
