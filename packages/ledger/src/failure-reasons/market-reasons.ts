import { reason, type ReasonsByEnding } from './failure-reason.ts';

const FROZEN = reason(
  'network',
  'no',
  "The validators have frozen a trustline of the source for one of the pool's assets.",
  'Nothing but a vote of the validators frees it.',
);

/** Of offers of both kinds. */
const OFFER: ReasonsByEnding = {
  MALFORMED: reason(
    'sender',
    'no',
    'The operation is invalid in itself: an asset cannot exist, both are the same, or amount or price is out of range.',
    'Correct the operation.',
  ),
  SELL_NO_TRUST: reason(
    'sender',
    'after_action',
    'The source has no trustline for the asset that it sells.',
    'Open the trustline and get some of the asset first.',
  ),
  BUY_NO_TRUST: reason(
    'sender',
    'after_action',
    'The source has no trustline for the asset that it buys.',
    'Open the trustline first.',
  ),
  SELL_NOT_AUTHORIZED: reason(
    'issuer',
    'after_action',
    'The issuer does not let the source sell the asset.',
    "Ask the issuer to authorize the source's trustline.",
  ),
  BUY_NOT_AUTHORIZED: reason(
    'issuer',
    'after_action',
    'The issuer does not let the source buy the asset.',
    "Ask the issuer to authorize the source's trustline.",
  ),
  LINE_FULL: reason(
    'sender',
    'after_action',
    'The source would hold more of what it buys than its trustline allows, together with its other offers.',
    'Buy less, or raise the limit of the trustline.',
  ),
  UNDERFUNDED: reason(
    'sender',
    'after_action',
    'The source has less than it sells, without its reserve and what its other offers promise.',
    'Sell less, or fund the source first.',
  ),
  CROSS_SELF: reason(
    'sender',
    'after_action',
    'The offer would take another offer of the source.',
    'Delete or change that offer first.',
  ),
  SELL_NO_ISSUER: reason(
    'issuer',
    'no',
    'The issuer of the asset sold does not exist. Only ledgers before protocol 13 have this code.',
    'Sell another asset.',
  ),
  BUY_NO_ISSUER: reason(
    'issuer',
    'no',
    'The issuer of the asset bought does not exist. Only ledgers before protocol 13 have this code.',
    'Buy another asset.',
  ),
  NOT_FOUND: reason(
    'sender',
    'no',
    'The source has no offer with this id: it was taken or deleted.',
    'Make a new offer with the id 0.',
  ),
  LOW_RESERVE: reason(
    'sender',
    'after_action',
    'The source has too little native for the reserve of an offer.',
    'Send native to the source first, or sponsor the reserve.',
  ),
};

/** Of offers and pools. */
export const MARKET_REASONS = {
  MANAGE_SELL_OFFER: OFFER,
  MANAGE_BUY_OFFER: OFFER,
  LIQUIDITY_POOL_DEPOSIT: {
    MALFORMED: reason(
      'sender',
      'no',
      'The operation is invalid in itself: an amount is not positive, or the bounds of the price are out of order.',
      'Correct the operation.',
    ),
    NO_TRUST: reason(
      'sender',
      'after_action',
      'The source has no trustline for the shares of the pool.',
      'Open it first, and before it those for the assets of the pool.',
    ),
    NOT_AUTHORIZED: reason(
      'issuer',
      'after_action',
      'The issuer of an asset of the pool does not let the source use it.',
      "Ask the issuer to authorize the source's trustline.",
    ),
    UNDERFUNDED: reason(
      'sender',
      'after_action',
      'The source has too little of one of the assets.',
      'Deposit less, or fund the source first.',
    ),
    LINE_FULL: reason(
      'sender',
      'after_action',
      'The source would hold more shares than its trustline for them allows.',
      'Deposit less, or raise the limit.',
    ),
    BAD_PRICE: reason(
      'market',
      'as_is',
      "The pool's price is outside the bounds of the deposit, or the amounts are too small for a share.",
      'Read the pool again, widen the bounds, or try again later.',
    ),
    POOL_FULL: reason(
      'market',
      'as_is',
      'The pool would hold more than a pool can.',
      'Deposit less, or try again later.',
    ),
    TRUSTLINE_FROZEN: FROZEN,
  },
  LIQUIDITY_POOL_WITHDRAW: {
    MALFORMED: reason(
      'sender',
      'no',
      'The operation is invalid in itself: an amount is out of range.',
      'Correct the operation.',
    ),
    NO_TRUST: reason(
      'sender',
      'after_action',
      'The source has no trustline for the shares of the pool, or for one of its assets.',
      'Check the pool; open the trustlines of its assets first.',
    ),
    UNDERFUNDED: reason(
      'sender',
      'after_action',
      'The source has fewer shares than it gives back.',
      'Withdraw less.',
    ),
    LINE_FULL: reason(
      'sender',
      'after_action',
      'The source would hold more of one of the assets than its trustline allows.',
      'Withdraw less, or raise the limit.',
    ),
    UNDER_MINIMUM: reason(
      'market',
      'as_is',
      'The shares are worth less of one of the assets than the source demands.',
      'Read the pool again, demand less, or try again later.',
    ),
    TRUSTLINE_FROZEN: FROZEN,
  },
} satisfies Readonly<Record<string, ReasonsByEnding>>;
