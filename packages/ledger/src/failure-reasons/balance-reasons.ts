import { reason, type ReasonsByEnding } from './failure-reason.ts';

/** Of operations on claimable balances, and of clawbacks. In a clawback the sender is the issuer. */
export const BALANCE_REASONS = {
  CREATE_CLAIMABLE_BALANCE: {
    MALFORMED: reason(
      'sender',
      'no',
      'The operation is invalid in itself: the amount is not positive, or the claimants are none, too many or repeated.',
      'Correct the operation.',
    ),
    LOW_RESERVE: reason(
      'sender',
      'after_action',
      'The source has too little native for the reserve of the balance, one base reserve a claimant.',
      'Send native to the source first, or name fewer claimants.',
    ),
    NO_TRUST: reason(
      'sender',
      'after_action',
      'The source has no trustline for the asset.',
      'Open the trustline and get some of the asset first.',
    ),
    NOT_AUTHORIZED: reason(
      'issuer',
      'after_action',
      'The issuer does not let the source use the asset.',
      "Ask the issuer to authorize the source's trustline.",
    ),
    UNDERFUNDED: reason(
      'sender',
      'after_action',
      'The source has less of the asset than the amount, without what its offers promise.',
      'Leave less, or fund the source first.',
    ),
  },
  CLAIM_CLAIMABLE_BALANCE: {
    DOES_NOT_EXIST: reason(
      'sender',
      'no',
      'There is no such balance: it was claimed or clawed back, or never existed.',
      'Look up which balances the account can claim.',
    ),
    CANNOT_CLAIM: reason(
      'sender',
      'after_action',
      'The account is no claimant of the balance, or its condition (a time) does not hold now.',
      'Claim as one of the claimants, while its condition holds.',
    ),
    LINE_FULL: reason(
      'receiver',
      'after_action',
      'The claimant would hold more than its trustline allows.',
      'Raise the limit of the trustline.',
    ),
    NO_TRUST: reason(
      'receiver',
      'after_action',
      'The claimant has no trustline for the asset.',
      'Open a trustline first; it can be in the same transaction.',
    ),
    NOT_AUTHORIZED: reason(
      'issuer',
      'after_action',
      'The issuer does not let the claimant hold the asset.',
      "Ask the issuer to authorize the claimant's trustline.",
    ),
    TRUSTLINE_FROZEN: reason(
      'network',
      'no',
      "The validators have frozen the claimant's trustline.",
      'Nothing but a vote of the validators frees it; claim as another claimant.',
    ),
  },
  CLAWBACK: {
    MALFORMED: reason(
      'sender',
      'no',
      'The asset is not one of the source, the amount is not positive, or the holder is the source itself.',
      'Claw back as the issuer of the asset, a positive amount, from another account.',
    ),
    NOT_CLAWBACK_ENABLED: reason(
      'sender',
      'no',
      'The trustline was opened while the issuer did not have the flag AUTH_CLAWBACK_ENABLED, or gave the right up.',
      'Nothing can be taken back from this trustline.',
    ),
    NO_TRUST: reason('sender', 'no', 'The holder has no trustline for the asset.', 'Check the holder.'),
    UNDERFUNDED: reason(
      'sender',
      'after_action',
      'The holder has less of the asset than the amount, without what its offers promise.',
      'Take back less, or revoke the authorization first, which removes the offers.',
    ),
  },
  CLAWBACK_CLAIMABLE_BALANCE: {
    DOES_NOT_EXIST: reason(
      'sender',
      'no',
      'There is no such balance: it was claimed or clawed back, or never existed.',
      'If it was claimed, claw back from the trustline of the claimant.',
    ),
    NOT_ISSUER: reason(
      'sender',
      'no',
      'The source is not the issuer of the asset that the balance holds.',
      'Only the issuer can take it back.',
    ),
    NOT_CLAWBACK_ENABLED: reason(
      'sender',
      'no',
      'The balance came from a trustline that does not allow clawback.',
      'Nothing can be taken back from this balance.',
    ),
  },
} satisfies Readonly<Record<string, ReasonsByEnding>>;
