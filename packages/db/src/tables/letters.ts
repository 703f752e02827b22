import type {
  Blame,
  ClaimableBalanceFact,
  ClawbackFact,
  ContractTransferFact,
  Memo,
  PaymentFact,
  PaymentType,
  PoolOperationFact,
  TrustlineOperationFact,
} from '@stellar-insights/ledger';
import type { Authorization } from '@stellar-insights/ledger/state';

/* Words that many rows hold, as the letters that stand for them. */

type Letters<Word extends string> = Readonly<Record<Word, string>>;

export const PAYMENT_TYPE_LETTERS: Letters<PaymentType> = {
  payment: 'p',
  path_payment_strict_send: 's',
  path_payment_strict_receive: 'r',
  create_account: 'c',
  account_merge: 'm',
};

export const FIXED_SIDE_LETTERS: Letters<PaymentFact['fixedSide']> = { source: 's', dest: 'd' };

export const BLAME_LETTERS: Letters<Blame> = {
  sender: 's',
  receiver: 'r',
  issuer: 'i',
  market: 'm',
  network: 'n',
  unknown: 'u',
};

export const BALANCE_TYPE_LETTERS: Letters<ClaimableBalanceFact['type']> = {
  create_claimable_balance: 'c',
  claim_claimable_balance: 'l',
};

export const CLAWBACK_TYPE_LETTERS: Letters<ClawbackFact['type']> = {
  clawback: 'c',
  clawback_claimable_balance: 'b',
};

export const TRANSFER_TYPE_LETTERS: Letters<ContractTransferFact['type']> = {
  transfer: 't',
  mint: 'm',
  burn: 'b',
  clawback: 'c',
};

export const TRUSTLINE_TYPE_LETTERS: Letters<TrustlineOperationFact['type']> = {
  change_trust: 'c',
  allow_trust: 'a',
  set_trust_line_flags: 'f',
};

export const POOL_TYPE_LETTERS: Letters<PoolOperationFact['type']> = {
  liquidity_pool_deposit: 'd',
  liquidity_pool_withdraw: 'w',
};

export const MEMO_TYPE_LETTERS: Letters<Memo['type']> = {
  none: 'n',
  text: 't',
  id: 'i',
  hash: 'h',
  return: 'r',
};

/** `absent`: a ledger named the trustline, and the network does not have it. */
export const TRUSTLINE_STATE_LETTERS: Letters<Authorization | 'absent'> = {
  authorized: 'a',
  maintain_liabilities: 'm',
  unauthorized: 'u',
  absent: 'x',
};
