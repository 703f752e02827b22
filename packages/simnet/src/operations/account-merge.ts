import type { Blame } from '@stellar-insights/ledger';
import type { KeyPair } from '../key-pair.ts';
import { NATIVE } from '../state/asset.ts';
import { credit, receiveProblem } from '../state/holdings.ts';
import { failed, succeeded, type OperationContext, type Outcome } from './outcome.ts';

const CODES = {
  ACCOUNT_MERGE_MALFORMED: -1,
  ACCOUNT_MERGE_NO_ACCOUNT: -2,
  ACCOUNT_MERGE_IMMUTABLE_SET: -3,
  ACCOUNT_MERGE_HAS_SUB_ENTRIES: -4,
  ACCOUNT_MERGE_SEQNUM_TOO_FAR: -5,
  ACCOUNT_MERGE_DEST_FULL: -6,
  ACCOUNT_MERGE_IS_SPONSOR: -7,
} as const;

const IMMUTABLE = 4;

export function applyAccountMerge(context: OperationContext, destination: KeyPair): Outcome {
  const { store, source, sequence } = context;
  const account = store.account(source.id);
  if (account === undefined || destination.id === source.id) return fail('ACCOUNT_MERGE_MALFORMED', 'sender');
  if (store.account(destination.id) === undefined) return fail('ACCOUNT_MERGE_NO_ACCOUNT', 'receiver');
  if ((account.flags & IMMUTABLE) !== 0) return fail('ACCOUNT_MERGE_IMMUTABLE_SET', 'sender');
  if (account.subentries > 0) return fail('ACCOUNT_MERGE_HAS_SUB_ENTRIES', 'sender');
  if (account.sequence >= BigInt(sequence) << 32n) return fail('ACCOUNT_MERGE_SEQNUM_TOO_FAR', 'sender');
  if (account.sponsoring > 0) return fail('ACCOUNT_MERGE_IS_SPONSOR', 'sender');
  if (receiveProblem(store, destination, NATIVE, account.balance) !== null) {
    return fail('ACCOUNT_MERGE_DEST_FULL', 'receiver');
  }
  store.remove(account);
  credit(store, destination, NATIVE, account.balance);
  const result = { type: 8, accountMergeResult: { code: 0, sourceAccountBalance: account.balance } } as const;
  return succeeded('ACCOUNT_MERGE_SUCCESS', result, { sent: account.balance, delivered: account.balance });
}

function fail(code: keyof typeof CODES, blame: Blame): Outcome {
  return failed(code, blame, { type: 8, accountMergeResult: { code: CODES[code] } });
}
