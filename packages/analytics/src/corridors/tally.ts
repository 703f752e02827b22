import type { Blame, PaymentFact, ResultCode } from '@stellar-insights/ledger';
import { StatisticsInputError } from '../errors.ts';

/**
 * Counts of payment attempts, all in one corridor. `attempts` equals `successes` plus the counts of the failures, and
 * also the sum over the size classes.
 */
export interface Tally {
  attempts: number;
  successes: number;
  /** Sum of the delivered amounts, in stroops of the destination asset; it may exceed int64. */
  delivered: bigint;
  /** By reason and blame together: an operation that was rolled back (`txFAILED`) has the blame of its cause. */
  readonly failures: Map<string, FailureCount>;
  readonly sizeClasses: Map<string, SizeClassCount>;
}

/** A tally without reasons and size classes. */
export type AttemptCounts = Readonly<Pick<Tally, 'attempts' | 'successes' | 'delivered'>>;

export interface FailureCount {
  readonly reason: ResultCode;
  readonly blame: Blame;
  count: number;
}

/** Attempts whose fixed amount has the order of magnitude 10^`sizeClass` stroops of the asset on `side`. */
export interface SizeClassCount {
  readonly side: PaymentFact['fixedSide'];
  readonly sizeClass: number;
  attempts: number;
  successes: number;
}

/** The order of magnitude of an amount: ⌊log10 of its stroops⌋, exact at every size; −1 for 0 and less. */
export function sizeClass(amount: bigint): number {
  return amount > 0n ? amount.toString().length - 1 : -1;
}

export function emptyTally(): Tally {
  return { attempts: 0, successes: 0, delivered: 0n, failures: new Map(), sizeClasses: new Map() };
}

/**
 * Counts one attempt into `tally`.
 *
 * @throws StatisticsInputError if the fact says both that the payment succeeded and that it failed
 */
export function addAttempt(tally: Tally, payment: PaymentFact): void {
  const { succeeded, failure, deliveredAmount } = payment;
  if (succeeded && failure === null && deliveredAmount !== null) {
    tally.delivered += deliveredAmount;
  } else if (!succeeded && failure !== null && deliveredAmount === null) {
    countFailures(tally, failure.reason, failure.blame, 1);
  } else {
    throw contradiction(payment);
  }
  const successes = succeeded ? 1 : 0;
  tally.attempts += 1;
  tally.successes += successes;
  countSizes(tally, payment.fixedSide, sizeClass(payment.fixedAmount ?? 0n), 1, successes);
}

/** Adds all of `from` to `into`. */
export function addTally(into: Tally, from: Tally): void {
  into.attempts += from.attempts;
  into.successes += from.successes;
  into.delivered += from.delivered;
  for (const { reason, blame, count } of from.failures.values()) countFailures(into, reason, blame, count);
  for (const size of from.sizeClasses.values()) {
    countSizes(into, size.side, size.sizeClass, size.attempts, size.successes);
  }
}

/** The sum of both, which shares nothing with them. Associative, commutative; `emptyTally` is its identity. */
export function mergeTallies(a: Tally, b: Tally): Tally {
  const merged = emptyTally();
  addTally(merged, a);
  addTally(merged, b);
  return merged;
}

/** Failures per reason, in code-unit order of the reasons. */
export function failuresByReason(tally: Tally): Map<ResultCode, number> {
  return sumFailures(tally, ({ reason }) => reason);
}

/** Failures per blame, in code-unit order; a blame without failures is absent. */
export function failuresByBlame(tally: Tally): Map<Blame, number> {
  return sumFailures(tally, ({ blame }) => blame);
}

/** Orders strings by their UTF-16 code units, which no locale changes. */
export function byCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sumFailures<Key extends string>(tally: Tally, keyOf: (failure: FailureCount) => Key) {
  const sums = new Map<Key, number>();
  for (const failure of tally.failures.values()) {
    const key = keyOf(failure);
    sums.set(key, (sums.get(key) ?? 0) + failure.count);
  }
  return new Map([...sums].toSorted(([a], [b]) => byCodeUnits(a, b)));
}

function countFailures({ failures }: Tally, reason: ResultCode, blame: Blame, count: number): void {
  const key = `${blame} ${reason}`;
  const counted = failures.get(key);
  if (counted === undefined) failures.set(key, { reason, blame, count });
  else counted.count += count;
}

function countSizes(
  { sizeClasses }: Tally,
  side: SizeClassCount['side'],
  magnitude: number,
  attempts: number,
  successes: number,
): void {
  const key = `${side} ${magnitude}`;
  const counted = sizeClasses.get(key);
  if (counted === undefined) {
    sizeClasses.set(key, { side, sizeClass: magnitude, attempts, successes });
  } else {
    counted.attempts += attempts;
    counted.successes += successes;
  }
}

function contradiction({
  operationId,
  succeeded,
  failure,
  deliveredAmount,
}: PaymentFact): StatisticsInputError {
  return new StatisticsInputError(
    `payment ${operationId}`,
    `succeeded ${succeeded}, failure ${failure?.reason ?? 'none'}, delivered ${deliveredAmount ?? 'unknown'}`,
    'a success with an amount and no failure, or a failure with no amount',
  );
}
