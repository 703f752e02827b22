import type { ResultCode } from '../brands.ts';
import { ACCOUNT_REASONS } from './account-reasons.ts';
import { BALANCE_REASONS } from './balance-reasons.ts';
import { CONTRACT_REASONS } from './contract-reasons.ts';
import type { FailureReason, ReasonsByEnding } from './failure-reason.ts';
import { MARKET_REASONS } from './market-reasons.ts';
import { PAYMENT_REASONS } from './payment-reasons.ts';
import { OPERATION_REASONS, TRANSACTION_REASONS } from './transaction-reasons.ts';
import { TRUST_REASONS } from './trust-reasons.ts';

export { RETRIES, type Retry } from './failure-reason.ts';

const OF_OPERATIONS = {
  ...PAYMENT_REASONS,
  ...BALANCE_REASONS,
  ...TRUST_REASONS,
  ...MARKET_REASONS,
  ...ACCOUNT_REASONS,
  ...CONTRACT_REASONS,
} satisfies Readonly<Record<string, ReasonsByEnding>>;

/** A kind of operation, e.g. `path_payment_strict_send`. */
export type FailingOperation = Lowercase<keyof typeof OF_OPERATIONS>;

export const FAILING_OPERATIONS = Object.keys(OF_OPERATIONS).map(kindOf);

/** A failure reason with its code. */
export interface CodedReason extends FailureReason {
  readonly code: ResultCode;
  /** The kind of operation whose code it is; null if operations of all kinds can have it. */
  readonly operation: FailingOperation | null;
}

/** Every code that the protocol has for a failure: those of transactions, of operations of any kind, then kind by kind. */
export const FAILURE_REASONS: readonly CodedReason[] = [
  ...coded(TRANSACTION_REASONS, 'tx', null),
  ...coded(OPERATION_REASONS, 'op', null),
  ...Object.entries(OF_OPERATIONS).flatMap(([name, reasons]) => coded(reasons, `${name}_`, kindOf(name))),
];

const BY_CODE = new Map(FAILURE_REASONS.map((reason) => [reason.code, reason]));

/** Undefined for a code that the protocol did not have when this was built. */
export function failureReason(code: ResultCode): CodedReason | undefined {
  return BY_CODE.get(code);
}

function coded(reasons: ReasonsByEnding, prefix: string, operation: FailingOperation | null): CodedReason[] {
  return Object.entries(reasons).map(([ending, reason]) => ({
    code: `${prefix}${ending}` as ResultCode,
    operation,
    ...reason,
  }));
}

/** `name`: as codes begin. */
function kindOf(name: string): FailingOperation {
  return name.toLowerCase() as FailingOperation;
}
