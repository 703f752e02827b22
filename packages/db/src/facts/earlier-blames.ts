import type { Blame, LedgerFacts, PaymentFailure } from '@stellar-insights/ledger';

/** The codes that builds before version 3 of the facts had no blame for. */
const WITHOUT_BLAME = new Set([
  'txNOT_SUPPORTED',
  'opNOT_SUPPORTED',
  'INFLATION_NOT_TIME',
  'BUMP_SEQUENCE_BAD_SEQ',
  'MANAGE_SELL_OFFER_NOT_FOUND',
  'MANAGE_BUY_OFFER_NOT_FOUND',
  ...of('CHANGE_TRUST', 'INVALID_LIMIT', 'SELF_NOT_ALLOWED', 'TRUST_LINE_MISSING', 'CANNOT_DELETE'),
  ...of('CHANGE_TRUST', 'NOT_AUTH_MAINTAIN_LIABILITIES'),
  ...of('ALLOW_TRUST', 'NO_TRUST_LINE', 'TRUST_NOT_REQUIRED', 'CANT_REVOKE', 'SELF_NOT_ALLOWED'),
  ...of('SET_TRUST_LINE_FLAGS', 'NO_TRUST_LINE', 'CANT_REVOKE', 'INVALID_STATE'),
  ...of('CLAWBACK', 'NOT_CLAWBACK_ENABLED'),
  ...of('CLAWBACK_CLAIMABLE_BALANCE', 'DOES_NOT_EXIST', 'NOT_ISSUER', 'NOT_CLAWBACK_ENABLED'),
  ...of('LIQUIDITY_POOL_DEPOSIT', 'BAD_PRICE', 'POOL_FULL', 'TRUSTLINE_FROZEN'),
  ...of('LIQUIDITY_POOL_WITHDRAW', 'UNDER_MINIMUM', 'TRUSTLINE_FROZEN'),
  ...of('SET_OPTIONS', 'TOO_MANY_SIGNERS', 'BAD_FLAGS', 'INVALID_INFLATION', 'CANT_CHANGE', 'UNKNOWN_FLAG'),
  ...of('SET_OPTIONS', 'THRESHOLD_OUT_OF_RANGE', 'BAD_SIGNER', 'INVALID_HOME_DOMAIN'),
  ...of('SET_OPTIONS', 'AUTH_REVOCABLE_REQUIRED'),
  ...of('MANAGE_DATA', 'NOT_SUPPORTED_YET', 'NAME_NOT_FOUND', 'INVALID_NAME'),
  ...of('BEGIN_SPONSORING_FUTURE_RESERVES', 'ALREADY_SPONSORED', 'RECURSIVE'),
  ...of('END_SPONSORING_FUTURE_RESERVES', 'NOT_SPONSORED'),
  ...of('REVOKE_SPONSORSHIP', 'DOES_NOT_EXIST', 'NOT_SPONSOR', 'ONLY_TRANSFERABLE'),
  ...of('INVOKE_HOST_FUNCTION', 'ENTRY_ARCHIVED', 'INSUFFICIENT_REFUNDABLE_FEE'),
  ...of('EXTEND_FOOTPRINT_TTL', 'INSUFFICIENT_REFUNDABLE_FEE'),
  ...of('RESTORE_FOOTPRINT', 'INSUFFICIENT_REFUNDABLE_FEE'),
]);

/** A ledger's facts with the blames that builds before version 3 stored. */
export function withEarlierBlames(facts: LedgerFacts): LedgerFacts {
  return {
    ...facts,
    payments: facts.payments.map(blamedBefore),
    claimableBalances: facts.claimableBalances.map(blamedBefore),
    trustlineOperations: facts.trustlineOperations.map(blamedBefore),
    poolOperations: facts.poolOperations.map(blamedBefore),
  };
}

function blamedBefore<Fact extends { readonly failure: PaymentFailure | null }>(fact: Fact): Fact {
  const { failure } = fact;
  return failure === null ? fact : { ...fact, failure: { ...failure, blame: earlierBlame(failure) } };
}

/** What was rolled back has the blame of its cause. */
function earlierBlame({ reason, cause, blame }: PaymentFailure): Blame {
  const code: string = reason === 'txFAILED' && cause !== null ? cause.code : reason;
  if (WITHOUT_BLAME.has(code)) return 'unknown';
  return code === 'CLAWBACK_NO_TRUST' ? 'receiver' : blame;
}

function of(operation: string, ...endings: readonly string[]): string[] {
  return endings.map((ending) => `${operation}_${ending}`);
}
