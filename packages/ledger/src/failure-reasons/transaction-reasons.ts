import { reason, type ReasonsByEnding } from './failure-reason.ts';

/** Of transactions; they are the reason of an operation that has no result, or that succeeded and was rolled back. */
export const TRANSACTION_REASONS: ReasonsByEnding = {
  FAILED: reason(
    null,
    'after_action',
    'Another operation of the transaction failed, so this one was rolled back.',
    'Repair the operation that `cause` names, or send this one in a transaction of its own.',
  ),
  TOO_EARLY: reason(
    'sender',
    'as_is',
    'The ledger closed before the time, or was before the ledger, from which the transaction is valid.',
    'Submit it within its bounds.',
  ),
  TOO_LATE: reason(
    'network',
    'as_is',
    'The ledger closed after the time, or was after the ledger, until which the transaction is valid.',
    'Build a new transaction with later bounds. Offer a higher fee if the network is busy.',
  ),
  MISSING_OPERATION: reason('sender', 'no', 'The transaction has no operation.', 'Put an operation into it.'),
  BAD_SEQ: reason(
    'sender',
    'as_is',
    'The sequence number is not the next one of the source account.',
    'See whether a transaction with that number already did the work. If not, read the number again and build a new one.',
  ),
  BAD_AUTH: reason(
    'sender',
    'after_action',
    'The signatures weigh too little for the source account, or are for another network.',
    'Sign with keys of enough weight, with the passphrase of this network.',
  ),
  INSUFFICIENT_BALANCE: reason(
    'sender',
    'after_action',
    'The fee would take the account that pays it below its reserve.',
    'Send native to the account that pays the fee, or let another account pay by a fee bump.',
  ),
  NO_ACCOUNT: reason(
    'sender',
    'after_action',
    'The source account does not exist.',
    'Check the address; create the account first.',
  ),
  INSUFFICIENT_FEE: reason(
    'sender',
    'after_action',
    'The fee that the transaction offers is too small.',
    'Offer a higher fee, or raise it by a fee bump.',
  ),
  BAD_AUTH_EXTRA: reason(
    'sender',
    'after_action',
    'The transaction has a signature that it does not need.',
    'Remove the signatures that no operation needs.',
  ),
  INTERNAL_ERROR: reason(
    'network',
    'as_is',
    'The network failed in an unexpected way.',
    'Try again later; if it stays, report it to the developers of the network.',
  ),
  NOT_SUPPORTED: reason(
    'network',
    'no',
    "The network's protocol does not support transactions of this kind.",
    'Build a transaction of a kind that the current protocol supports.',
  ),
  FEE_BUMP_INNER_FAILED: reason(
    null,
    'after_action',
    'The transaction inside a fee bump failed; its own code says why.',
    'Look at `inner_result` of the transaction, and at the reasons of its operations.',
  ),
  BAD_SPONSORSHIP: reason(
    'sender',
    'no',
    'A sponsorship of reserves that began in the transaction does not end in it.',
    'End each sponsorship with `end_sponsoring_future_reserves`.',
  ),
  BAD_MIN_SEQ_AGE_OR_GAP: reason(
    'sender',
    'as_is',
    'The sequence number of the source account changed too recently for what the transaction demands.',
    'Wait until its minimum age or gap has passed.',
  ),
  MALFORMED: reason(
    'sender',
    'no',
    'A precondition of the transaction is invalid.',
    'Correct the preconditions.',
  ),
  SOROBAN_INVALID: reason(
    'network',
    'after_action',
    'The resources that a contract call asks for are more than the network allows, or are declared in a wrong way.',
    'Simulate the call again and take over its resources and fee.',
  ),
  FROZEN_KEY_ACCESSED: reason(
    'network',
    'no',
    'An operation touches a ledger entry that the validators have frozen.',
    'Nothing but a vote of the validators frees the entry; use another one.',
  ),
};

/** Of operations of any kind, which then were not applied. */
export const OPERATION_REASONS: ReasonsByEnding = {
  BAD_AUTH: reason(
    'sender',
    'after_action',
    "The signatures weigh too little for the operation's source account.",
    'Let the source of each operation sign, with keys of enough weight.',
  ),
  NO_ACCOUNT: reason(
    'sender',
    'after_action',
    "The operation's source account does not exist.",
    'Check the address; create the account first.',
  ),
  NOT_SUPPORTED: reason(
    'network',
    'no',
    'The network does not support this kind of operation, or has switched it off.',
    'Use another operation, or wait until the network supports it.',
  ),
  TOO_MANY_SUBENTRIES: reason(
    'sender',
    'after_action',
    'The account has as many trustlines, offers, signers and data entries as it may have.',
    'Remove some of them first.',
  ),
  EXCEEDED_WORK_LIMIT: reason(
    'network',
    'as_is',
    'The operation would take more offers than one operation may.',
    'Send less at once, take another path, or try again later.',
  ),
  TOO_MANY_SPONSORING: reason(
    'sender',
    'after_action',
    'The account pays the reserves of as many entries as it may.',
    'Revoke some sponsorships first, or let another account pay.',
  ),
};
