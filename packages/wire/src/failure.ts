import type { FailureCount } from '@stellar-insights/analytics';
import type { CorridorFailures, Failure, FailureReason } from '@stellar-insights/contract';
import type { Blame, CodedReason, PaymentFailure } from '@stellar-insights/ledger';
import type { Columns } from './csv.ts';
import { renderRate } from './values.ts';

/** Why one operation failed. */
export function renderFailure({ reason, blame, cause }: PaymentFailure): Failure {
  return { reason, blame, cause: cause && { operation_index: cause.operationIndex, code: cause.code } };
}

/** Why payments of a corridor fail. `failures`: most frequent first; `attempted`: the attempts they are a part of. */
export function renderCorridorFailures(
  failures: readonly Readonly<FailureCount>[],
  attempted: number,
): CorridorFailures['data'] {
  const blames = new Map<Blame, number>();
  for (const { blame, count } of failures) blames.set(blame, (blames.get(blame) ?? 0) + count);
  return {
    attempted,
    failed: failures.reduce((sum, { count }) => sum + count, 0),
    by_reason: failures.map(({ reason, blame, count }) => ({
      reason,
      blame,
      count,
      rate: renderRate(count, attempted),
    })),
    by_blame: [...blames]
      .toSorted(([, a], [, b]) => b - a)
      .map(([blame, count]) => ({ blame, count, rate: renderRate(count, attempted) })),
  };
}

/** What a failure code means. */
export function renderFailureReason(reason: CodedReason): FailureReason {
  const { code, operation, meaning, blame, retry, action } = reason;
  return { code, operation, meaning, blame, retry, action };
}

/** The columns of `renderFailureReason` in CSV. */
export const FAILURE_REASON_COLUMNS: Columns = ['code', 'operation', 'meaning', 'blame', 'retry', 'action'];
