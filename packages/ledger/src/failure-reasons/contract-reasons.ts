import { reason, type ReasonsByEnding } from './failure-reason.ts';

const RESOURCE_LIMIT_EXCEEDED = reason(
  'network',
  'after_action',
  'The operation used more resources than it had declared.',
  'Simulate it again shortly before you send it, and leave room above the resources that it reports.',
);
const INSUFFICIENT_REFUNDABLE_FEE = reason(
  'sender',
  'after_action',
  'The refundable part of the resource fee does not cover rent and events.',
  'Simulate it again, and offer a higher resource fee.',
);
const MALFORMED = reason('sender', 'no', 'The operation is invalid in itself.', 'Correct the operation.');

/** Of contracts. A transfer of an asset contract that failed has one of those of `invoke_host_function`. */
export const CONTRACT_REASONS = {
  INVOKE_HOST_FUNCTION: {
    MALFORMED,
    TRAPPED: reason(
      null,
      'after_action',
      'The contract refused the call or failed: a balance, an authorization or a rule of the contract was in the way.',
      'Simulate the call: its diagnostic events name the reason.',
    ),
    RESOURCE_LIMIT_EXCEEDED,
    ENTRY_ARCHIVED: reason(
      'sender',
      'after_action',
      'An entry that the call needs is archived.',
      'Restore the entry with `restore_footprint`, then call again.',
    ),
    INSUFFICIENT_REFUNDABLE_FEE,
  },
  EXTEND_FOOTPRINT_TTL: { MALFORMED, RESOURCE_LIMIT_EXCEEDED, INSUFFICIENT_REFUNDABLE_FEE },
  RESTORE_FOOTPRINT: { MALFORMED, RESOURCE_LIMIT_EXCEEDED, INSUFFICIENT_REFUNDABLE_FEE },
} satisfies Readonly<Record<string, ReasonsByEnding>>;
