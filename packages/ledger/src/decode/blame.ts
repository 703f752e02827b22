import type { ResultCode } from '../brands.ts';
import type { Blame } from '../facts.ts';

/*
 * By the ending of an operation's code; the first match decides, so `SRC_NO_TRUST` stands before `NO_TRUST`. Offers and
 * pool shares need trustlines of the sender's own.
 */
const BY_ENDING: readonly (readonly [ending: RegExp, blame: Blame])[] = [
  [/^(MANAGE_(SELL|BUY)_OFFER|LIQUIDITY_POOL_(DEPOSIT|WITHDRAW))_(LINE_FULL|NO_TRUST)$/, 'sender'],
  // Who takes back decides from whom, and whether its asset allows it.
  [/^CLAWBACK_/, 'sender'],
  [/_(SRC|SELL|BUY)_NO_TRUST$/, 'sender'],
  [/_NOT_AUTHORIZED$/, 'issuer'],
  [/_NO_ISSUER$/, 'issuer'],
  [/_UNDERFUNDED$/, 'sender'],
  [/_(OFFER_)?CROSS_SELF$/, 'sender'],
  [/_MALFORMED$/, 'sender'],
  [/_LOW_RESERVE$/, 'sender'],
  [/_NO_DESTINATION$/, 'receiver'],
  [/_NO_TRUST$/, 'receiver'],
  [/_LINE_FULL$/, 'receiver'],
  [/_TOO_FEW_OFFERS$/, 'market'],
  [/_OVER_SENDMAX$/, 'market'],
  [/_UNDER_DESTMIN$/, 'market'],
  [/_RESOURCE_LIMIT_EXCEEDED$/, 'network'],
];

const BY_CODE: Readonly<Record<string, Blame>> = {
  opBAD_AUTH: 'sender',
  opNO_ACCOUNT: 'sender',
  opTOO_MANY_SUBENTRIES: 'sender',
  opTOO_MANY_SPONSORING: 'sender',
  opEXCEEDED_WORK_LIMIT: 'network',

  CREATE_ACCOUNT_ALREADY_EXIST: 'sender',
  ACCOUNT_MERGE_NO_ACCOUNT: 'receiver',
  ACCOUNT_MERGE_DEST_FULL: 'receiver',
  ACCOUNT_MERGE_IMMUTABLE_SET: 'sender',
  ACCOUNT_MERGE_HAS_SUB_ENTRIES: 'sender',
  ACCOUNT_MERGE_SEQNUM_TOO_FAR: 'sender',
  ACCOUNT_MERGE_IS_SPONSOR: 'sender',
  // A balance is created from, and claimed to, the trustline of the operation's source.
  CREATE_CLAIMABLE_BALANCE_NO_TRUST: 'sender',
  CLAIM_CLAIMABLE_BALANCE_DOES_NOT_EXIST: 'sender',
  CLAIM_CLAIMABLE_BALANCE_CANNOT_CLAIM: 'sender',
  CLAIM_CLAIMABLE_BALANCE_TRUSTLINE_FROZEN: 'network',

  txTOO_EARLY: 'sender',
  txTOO_LATE: 'network',
  txMISSING_OPERATION: 'sender',
  txBAD_SEQ: 'sender',
  txBAD_AUTH: 'sender',
  txINSUFFICIENT_BALANCE: 'sender',
  txNO_ACCOUNT: 'sender',
  txINSUFFICIENT_FEE: 'sender',
  txBAD_AUTH_EXTRA: 'sender',
  txINTERNAL_ERROR: 'network',
  txBAD_SPONSORSHIP: 'sender',
  txBAD_MIN_SEQ_AGE_OR_GAP: 'sender',
  txMALFORMED: 'sender',
  txSOROBAN_INVALID: 'network',
  txFROZEN_KEY_ACCESSED: 'network',
};

/** Who could have prevented a failure with this code. */
export function blameOf(code: ResultCode): Blame {
  const listed = BY_CODE[code];
  if (listed !== undefined) return listed;
  return BY_ENDING.find(([ending]) => ending.test(code))?.[1] ?? 'unknown';
}
