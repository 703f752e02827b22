/** How payments, and what else moves value, can end. */
const ENDINGS = ['UNDERFUNDED', 'SRC_NO_TRUST', 'SRC_NOT_AUTHORIZED', 'NO_DESTINATION', 'NO_TRUST'];
const PAYMENT_ENDINGS = [...ENDINGS, 'MALFORMED', 'NOT_AUTHORIZED', 'LINE_FULL', 'NO_ISSUER'];
const PATH_ENDINGS = [...PAYMENT_ENDINGS, 'TOO_FEW_OFFERS', 'OFFER_CROSS_SELF'];
const OPERATION_CODES = ['opBAD_AUTH', 'opNO_ACCOUNT', 'opNOT_SUPPORTED'];

/** Reasons for which a payment of each kind has to fail at least once. */
export const PAYMENT_REASONS: Readonly<Record<string, readonly string[]>> = {
  payment: [...PAYMENT_ENDINGS.map((ending) => `PAYMENT_${ending}`), ...OPERATION_CODES, 'txFAILED'],
  path_payment_strict_send: [
    ...[...PATH_ENDINGS, 'UNDER_DESTMIN'].map((ending) => `PATH_PAYMENT_STRICT_SEND_${ending}`),
    'opEXCEEDED_WORK_LIMIT',
    'txFAILED',
  ],
  path_payment_strict_receive: [...PATH_ENDINGS, 'OVER_SENDMAX'].map(
    (ending) => `PATH_PAYMENT_STRICT_RECEIVE_${ending}`,
  ),
  create_account: [
    ...['MALFORMED', 'UNDERFUNDED', 'LOW_RESERVE', 'ALREADY_EXIST'].map(
      (ending) => `CREATE_ACCOUNT_${ending}`,
    ),
    'txFAILED',
  ],
  account_merge: [
    'MALFORMED',
    'NO_ACCOUNT',
    'IMMUTABLE_SET',
    'HAS_SUB_ENTRIES',
    'SEQNUM_TOO_FAR',
    'DEST_FULL',
    'IS_SPONSOR',
  ].map((ending) => `ACCOUNT_MERGE_${ending}`),
};

export const CLAIMABLE_BALANCE_REASONS: Readonly<Record<string, readonly string[]>> = {
  create_claimable_balance: [
    ...['MALFORMED', 'NO_TRUST', 'NOT_AUTHORIZED', 'UNDERFUNDED'].map(
      (end) => `CREATE_CLAIMABLE_BALANCE_${end}`,
    ),
    'opTOO_MANY_SPONSORING',
    'txFAILED',
  ],
  claim_claimable_balance: ['DOES_NOT_EXIST', 'CANNOT_CLAIM', 'LINE_FULL', 'NO_TRUST', 'NOT_AUTHORIZED'].map(
    (ending) => `CLAIM_CLAIMABLE_BALANCE_${ending}`,
  ),
};

export const CLAWBACK_REASONS: Readonly<Record<string, readonly string[]>> = {
  clawback: [
    ...['MALFORMED', 'NOT_CLAWBACK_ENABLED', 'NO_TRUST', 'UNDERFUNDED'].map((ending) => `CLAWBACK_${ending}`),
    'txFAILED',
  ],
  clawback_claimable_balance: ['DOES_NOT_EXIST', 'NOT_ISSUER', 'NOT_CLAWBACK_ENABLED'].map(
    (ending) => `CLAWBACK_CLAIMABLE_BALANCE_${ending}`,
  ),
};

export const TRUSTLINE_REASONS: Readonly<Record<string, readonly string[]>> = {
  change_trust: [
    ...[
      'NO_ISSUER',
      'INVALID_LIMIT',
      'LOW_RESERVE',
      'SELF_NOT_ALLOWED',
      'TRUST_LINE_MISSING',
      'CANNOT_DELETE',
    ].map((ending) => `CHANGE_TRUST_${ending}`),
    'CHANGE_TRUST_NOT_AUTH_MAINTAIN_LIABILITIES',
    'opTOO_MANY_SUBENTRIES',
    'txFAILED',
  ],
  allow_trust: ['NO_TRUST_LINE', 'CANT_REVOKE'].map((ending) => `ALLOW_TRUST_${ending}`),
  set_trust_line_flags: ['NO_TRUST_LINE', 'CANT_REVOKE'].map((ending) => `SET_TRUST_LINE_FLAGS_${ending}`),
};

export const POOL_REASONS: Readonly<Record<string, readonly string[]>> = {
  liquidity_pool_deposit: ['NO_TRUST', 'UNDERFUNDED', 'LINE_FULL', 'BAD_PRICE'].map(
    (ending) => `LIQUIDITY_POOL_DEPOSIT_${ending}`,
  ),
  liquidity_pool_withdraw: ['NO_TRUST', 'UNDERFUNDED', 'LINE_FULL', 'UNDER_MINIMUM'].map(
    (ending) => `LIQUIDITY_POOL_WITHDRAW_${ending}`,
  ),
};

/** Of calls of the contracts of assets. */
export const CONTRACT_TRANSFER_REASONS: Readonly<Record<string, readonly string[]>> = {
  transfer: [
    ...[
      'MALFORMED',
      'TRAPPED',
      'RESOURCE_LIMIT_EXCEEDED',
      'ENTRY_ARCHIVED',
      'INSUFFICIENT_REFUNDABLE_FEE',
    ].map((ending) => `INVOKE_HOST_FUNCTION_${ending}`),
    'txSOROBAN_INVALID',
  ],
  mint: ['INVOKE_HOST_FUNCTION_TRAPPED'],
  burn: ['INVOKE_HOST_FUNCTION_TRAPPED'],
  clawback: ['INVOKE_HOST_FUNCTION_TRAPPED'],
};

/** Codes of transactions, or of those inside a fee bump, that have no operation results. */
export const TRANSACTION_CODES = [
  'txTOO_EARLY',
  'txTOO_LATE',
  'txMISSING_OPERATION',
  'txBAD_SEQ',
  'txBAD_AUTH',
  'txINSUFFICIENT_BALANCE',
  'txNO_ACCOUNT',
  'txINSUFFICIENT_FEE',
  'txBAD_AUTH_EXTRA',
  'txINTERNAL_ERROR',
  'txNOT_SUPPORTED',
  'txBAD_SPONSORSHIP',
  'txBAD_MIN_SEQ_AGE_OR_GAP',
  'txMALFORMED',
  'txSOROBAN_INVALID',
  'txFROZEN_KEY_ACCESSED',
];

/** Codes of the operation that made its neighbours roll back. */
export const CAUSES = [
  'MANAGE_SELL_OFFER_CROSS_SELF',
  'MANAGE_SELL_OFFER_UNDERFUNDED',
  'MANAGE_BUY_OFFER_UNDERFUNDED',
  'opTOO_MANY_SUBENTRIES',
  'CREATE_ACCOUNT_LOW_RESERVE',
];
