import { reason, type ReasonsByEnding } from './failure-reason.ts';

const LOW_RESERVE = reason(
  'sender',
  'after_action',
  'The account has too little native for the reserve of another entry.',
  'Send native to the account first, or sponsor the reserve.',
);

/** Of options, data, sequence numbers and sponsorships of accounts. They can cause the rollback of a payment beside them. */
export const ACCOUNT_REASONS = {
  SET_OPTIONS: {
    LOW_RESERVE,
    TOO_MANY_SIGNERS: reason(
      'sender',
      'after_action',
      'The account has as many signers as it may have.',
      'Remove a signer first.',
    ),
    BAD_FLAGS: reason(
      'sender',
      'no',
      'A flag is both set and cleared.',
      'Name each flag in one of the two only.',
    ),
    INVALID_INFLATION: reason(
      'sender',
      'no',
      'The inflation destination does not exist.',
      'Name an account that exists, or leave it out.',
    ),
    CANT_CHANGE: reason(
      'sender',
      'no',
      'The account has the flag AUTH_IMMUTABLE, so its flags can never change.',
      'Leave the flags as they are.',
    ),
    UNKNOWN_FLAG: reason('sender', 'no', 'A flag does not exist.', 'Use the flags 1, 2, 4 and 8 only.'),
    THRESHOLD_OUT_OF_RANGE: reason(
      'sender',
      'no',
      'A weight or a threshold is more than 255.',
      'Use weights and thresholds from 0 to 255.',
    ),
    BAD_SIGNER: reason(
      'sender',
      'no',
      "The signer is the account's own master key, or is malformed.",
      'Change the weight of the master key by `masterWeight`.',
    ),
    INVALID_HOME_DOMAIN: reason(
      'sender',
      'no',
      'The home domain has characters that it may not have.',
      'Use a domain of at most 32 ASCII characters.',
    ),
    AUTH_REVOCABLE_REQUIRED: reason(
      'sender',
      'no',
      'The flag for clawback needs the flag AUTH_REVOCABLE.',
      'Set both flags.',
    ),
  },
  INFLATION: {
    NOT_TIME: reason(
      'sender',
      'no',
      'Inflation runs at most once a week, and not at all since protocol 12.',
      'Leave the operation out.',
    ),
  },
  MANAGE_DATA: {
    NOT_SUPPORTED_YET: reason(
      'network',
      'no',
      "The network's protocol does not support data entries yet.",
      'Leave the operation out.',
    ),
    NAME_NOT_FOUND: reason(
      'sender',
      'no',
      'There is no data entry with this name to delete.',
      'Check the name.',
    ),
    LOW_RESERVE,
    INVALID_NAME: reason(
      'sender',
      'no',
      'The name of the data entry is invalid.',
      'Use 1 to 64 ASCII characters.',
    ),
  },
  BUMP_SEQUENCE: {
    BAD_SEQ: reason('sender', 'no', 'The sequence number to bump to is negative.', 'Name a valid number.'),
  },
  BEGIN_SPONSORING_FUTURE_RESERVES: {
    MALFORMED: reason('sender', 'no', 'An account cannot sponsor itself.', 'Name another account.'),
    ALREADY_SPONSORED: reason(
      'sender',
      'no',
      'Another sponsorship of the account is open in the transaction.',
      'End it before the next one begins.',
    ),
    RECURSIVE: reason(
      'sender',
      'no',
      'An account that is being sponsored cannot sponsor others, nor the other way round.',
      'End one sponsorship before the other begins.',
    ),
  },
  END_SPONSORING_FUTURE_RESERVES: {
    NOT_SPONSORED: reason(
      'sender',
      'no',
      'No sponsorship of the account is open in the transaction.',
      'Let the sponsored account end it, after the sponsor has begun it.',
    ),
  },
  REVOKE_SPONSORSHIP: {
    DOES_NOT_EXIST: reason(
      'sender',
      'no',
      'The entry or signer does not exist.',
      'Check which entry is meant.',
    ),
    NOT_SPONSOR: reason(
      'sender',
      'no',
      'The source does not pay the reserve of the entry.',
      'Only who pays the reserve can revoke it.',
    ),
    LOW_RESERVE: reason(
      'sender',
      'after_action',
      'Who would have to pay the reserve from now on has too little native.',
      'Send native to it first.',
    ),
    ONLY_TRANSFERABLE: reason(
      'sender',
      'no',
      'A claimable balance always needs a sponsor.',
      'Hand its sponsorship over to another account instead.',
    ),
    MALFORMED: reason('sender', 'no', 'The entry that is named is invalid.', 'Correct the operation.'),
  },
} satisfies Readonly<Record<string, ReasonsByEnding>>;
