import { reason, type ReasonsByEnding } from './failure-reason.ts';

/** Of payments of all three kinds. */
const DELIVERY: ReasonsByEnding = {
  MALFORMED: reason(
    'sender',
    'no',
    'The operation is invalid in itself: an amount is not positive, or an asset cannot exist.',
    'Correct the amounts and the assets.',
  ),
  UNDERFUNDED: reason(
    'sender',
    'after_action',
    'The sender has less than it sends, without its reserve and what its offers promise.',
    'Send less, or fund the sender first.',
  ),
  SRC_NO_TRUST: reason(
    'sender',
    'after_action',
    'The sender has no trustline for the asset that it sends.',
    'Open the trustline and get some of the asset, or send another asset.',
  ),
  SRC_NOT_AUTHORIZED: reason(
    'issuer',
    'after_action',
    'The issuer does not let the sender use the asset.',
    "Ask the issuer to authorize the sender's trustline.",
  ),
  NO_DESTINATION: reason(
    'receiver',
    'after_action',
    'The destination account does not exist.',
    'Check the address. Create the account with `create_account`, or leave a claimable balance.',
  ),
  NO_TRUST: reason(
    'receiver',
    'after_action',
    'The destination has no trustline for the asset.',
    'Ask the receiver to open a trustline, or leave a claimable balance.',
  ),
  NOT_AUTHORIZED: reason(
    'issuer',
    'after_action',
    'The issuer does not let the destination hold the asset.',
    "Ask the issuer to authorize the receiver's trustline.",
  ),
  LINE_FULL: reason(
    'receiver',
    'after_action',
    'The destination would hold more than its trustline allows, together with what its offers buy.',
    'Send less, or ask the receiver to raise the limit of its trustline.',
  ),
  NO_ISSUER: reason(
    'issuer',
    'no',
    "The account of the asset's issuer does not exist. Only ledgers before protocol 13 have this code.",
    'Send another asset.',
  ),
};

/** Of path payments of both kinds. */
const CONVERSION: ReasonsByEnding = {
  ...DELIVERY,
  TOO_FEW_OFFERS: reason(
    'market',
    'as_is',
    'The offers and pools along the path cannot convert the amount.',
    'Look for another path, send less, or try again later.',
  ),
  OFFER_CROSS_SELF: reason(
    'sender',
    'after_action',
    "The payment would take one of the sender's own offers.",
    'Delete that offer, or take a path that avoids it.',
  ),
};

export const PAYMENT_REASONS = {
  PAYMENT: DELIVERY,
  PATH_PAYMENT_STRICT_RECEIVE: {
    ...CONVERSION,
    OVER_SENDMAX: reason(
      'market',
      'as_is',
      'The conversion would cost more than the most that the sender allows (`sendMax`).',
      'Ask for a new quote, then allow more or try again later.',
    ),
  },
  PATH_PAYMENT_STRICT_SEND: {
    ...CONVERSION,
    UNDER_DESTMIN: reason(
      'market',
      'as_is',
      'The conversion would deliver less than the least that the sender demands (`destMin`).',
      'Ask for a new quote, then demand less or try again later.',
    ),
  },
  CREATE_ACCOUNT: {
    MALFORMED: reason(
      'sender',
      'no',
      'The destination is the source itself, or the starting balance is negative.',
      'Correct the operation.',
    ),
    UNDERFUNDED: reason(
      'sender',
      'after_action',
      'The source has less native than the starting balance, without its reserve and what its offers promise.',
      'Fund the source first, or start with less.',
    ),
    LOW_RESERVE: reason(
      'sender',
      'no',
      'The starting balance is less than the reserve of a new account.',
      'Start with two base reserves or more, or sponsor the reserve.',
    ),
    ALREADY_EXIST: reason('sender', 'no', 'The account already exists.', 'Send a payment instead.'),
  },
  ACCOUNT_MERGE: {
    MALFORMED: reason(
      'sender',
      'no',
      'An account cannot be merged into itself.',
      'Name another destination.',
    ),
    NO_ACCOUNT: reason(
      'receiver',
      'after_action',
      'The destination account does not exist.',
      'Check the address; create the destination first.',
    ),
    IMMUTABLE_SET: reason(
      'sender',
      'no',
      'The account has the flag AUTH_IMMUTABLE, so it can never be merged.',
      'Leave the account as it is; send its balance by a payment.',
    ),
    HAS_SUB_ENTRIES: reason(
      'sender',
      'after_action',
      'The account still has trustlines, offers or data entries.',
      'Remove them first.',
    ),
    SEQNUM_TOO_FAR: reason(
      'sender',
      'as_is',
      'The sequence number of the account is higher than that of an account created in this ledger.',
      'Try again in a later ledger.',
    ),
    DEST_FULL: reason(
      'receiver',
      'after_action',
      'The destination would hold more native than an account can.',
      'Name another destination.',
    ),
    IS_SPONSOR: reason(
      'sender',
      'after_action',
      'The account pays the reserves of other entries.',
      'Revoke or hand over these sponsorships first.',
    ),
  },
} satisfies Readonly<Record<string, ReasonsByEnding>>;
