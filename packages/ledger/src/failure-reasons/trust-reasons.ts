import { reason, type ReasonsByEnding } from './failure-reason.ts';

const NO_TRUST_LINE = reason(
  'sender',
  'after_action',
  'The holder has no trustline for the asset.',
  'Ask the holder to open a trustline first.',
);
const CANT_REVOKE = reason(
  'sender',
  'after_action',
  'The issuer cannot take authorization back without the flag AUTH_REVOCABLE.',
  'Set the flag first, if the account is not immutable.',
);
const LOW_RESERVE_OF_SHARES = reason(
  'sender',
  'after_action',
  'Taking the authorization back turns pool shares into claimable balances, for whose reserves there is too little native.',
  'Let the issuer sponsor the reserves, or ask the holder to leave the pool first.',
);

/** Of trustlines. In an issuer's operation the sender is the issuer. */
export const TRUST_REASONS = {
  CHANGE_TRUST: {
    MALFORMED: reason(
      'sender',
      'no',
      'The operation is invalid in itself: the asset cannot exist, or the limit is negative.',
      'Correct the asset and the limit.',
    ),
    NO_ISSUER: reason(
      'issuer',
      'no',
      "The account of the asset's issuer does not exist.",
      'Check the issuer. An issuer that is gone cannot be trusted anew.',
    ),
    INVALID_LIMIT: reason(
      'sender',
      'after_action',
      'The limit is less than what the trustline holds and its offers buy, or it is 0 for a new trustline.',
      'Set a higher limit. To end the trustline, empty it and delete its offers first.',
    ),
    LOW_RESERVE: reason(
      'sender',
      'after_action',
      'The holder has too little native for the reserve of a trustline.',
      'Send native to the holder first, or sponsor the reserve.',
    ),
    SELF_NOT_ALLOWED: reason(
      'sender',
      'no',
      'An issuer cannot trust its own asset.',
      'The issuer needs no trustline: it can send and receive its asset as it is.',
    ),
    TRUST_LINE_MISSING: reason(
      'sender',
      'after_action',
      "A trustline for the pool's shares needs trustlines for the assets of the pool.",
      'Open these trustlines first.',
    ),
    CANNOT_DELETE: reason(
      'sender',
      'after_action',
      'The trustline is needed for shares of a pool.',
      'End the trustlines for shares of pools with this asset first.',
    ),
    NOT_AUTH_MAINTAIN_LIABILITIES: reason(
      'issuer',
      'after_action',
      'The issuer of an asset of the pool does not let the holder keep the asset.',
      "Ask the issuer to authorize the holder's trustline.",
    ),
  },
  ALLOW_TRUST: {
    MALFORMED: reason(
      'sender',
      'no',
      'The operation is invalid in itself: the asset or the authorization cannot exist.',
      'Correct the operation.',
    ),
    NO_TRUST_LINE,
    TRUST_NOT_REQUIRED: reason(
      'sender',
      'after_action',
      'The issuer does not require authorization. Only ledgers before protocol 16 have this code.',
      'Set the flag AUTH_REQUIRED first, or leave the operation out.',
    ),
    CANT_REVOKE,
    SELF_NOT_ALLOWED: reason('sender', 'no', 'The holder is the issuer itself.', 'Name another holder.'),
    LOW_RESERVE: LOW_RESERVE_OF_SHARES,
  },
  SET_TRUST_LINE_FLAGS: {
    MALFORMED: reason(
      'sender',
      'no',
      'The operation is invalid in itself: the asset is not one of the source, or a flag is both set and cleared or may not be set.',
      'Correct the operation.',
    ),
    NO_TRUST_LINE,
    CANT_REVOKE,
    INVALID_STATE: reason(
      'sender',
      'no',
      'The trustline would be authorized both fully and for its liabilities only.',
      'Clear one of the two flags when you set the other.',
    ),
    LOW_RESERVE: LOW_RESERVE_OF_SHARES,
  },
} satisfies Readonly<Record<string, ReasonsByEnding>>;
