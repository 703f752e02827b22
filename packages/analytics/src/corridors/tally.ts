import type { Blame, PaymentFact, ResultCode } from '@stellar-insights/ledger';
import { StatisticsInputError } from '../statistics-input-error.ts';
import { sizeClass } from './size-class.ts';

/**
 * What became of a number of payment attempts, all in one corridor. `attempts` = `successes` + the failures' counts =
 * the sum over the size classes.
 */
export interface Tally {
  attempts: number;
  successes: number;
  /** Sum of what arrived, in stroops of the destination asset; it may pass int64. */
  delivered: bigint;
  /** Reason and blame are counted together: what was rolled back (`txFAILED`) takes the blame of its cause. */
  readonly failures: Map<string, FailureCount>;
  readonly sizeClasses: Map<string, SizeClassCount>;
}

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

export function emptyTally(): Tally {
  return { attempts: 0, successes: 0, delivered: 0n, failures: new Map(), sizeClasses: new Map() };
}

/**
 * Counts one attempt into `tally`, which it changes.
 *
 * @throws StatisticsInputError if the fact says both that the payment succeeded and that it did not
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

/** Adds all of `from` to `into`, which it changes. */
export function addTally(into: Tally, from: Tally): void {
  into.attempts += from.attempts;
  into.successes += from.successes;
  into.delivered += from.delivered;
  for (const { reason, blame, count } of from.failures.values()) countFailures(into, reason, blame, count);
  for (const size of from.sizeClasses.values()) {
    countSizes(into, size.side, size.sizeClass, size.attempts, size.successes);
  }
}

/** The tally of both; a new one that shares nothing with them. Associative, commutative, `emptyTally` its identity. */
export function mergeTallies(a: Tally, b: Tally): Tally {
  const merged = emptyTally();
  addTally(merged, a);
  addTally(merged, b);
  return merged;
}

function countFailures({ failures }: Tally, reason: ResultCode, blame: Blame, count: number): void {
  const key = `${blame} ${reason}`;
  const found = failures.get(key);
  if (found === undefined) failures.set(key, { reason, blame, count });
  else found.count += count;
}

function countSizes(
  { sizeClasses }: Tally,
  side: SizeClassCount['side'],
  magnitude: number,
  attempts: number,
  successes: number,
): void {
  const key = `${side} ${magnitude}`;
  const found = sizeClasses.get(key);
  if (found === undefined) {
    sizeClasses.set(key, { side, sizeClass: magnitude, attempts, successes });
  } else {
    found.attempts += attempts;
    found.successes += successes;
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
