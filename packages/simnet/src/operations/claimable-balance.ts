import { HashIdPreimage, type OperationResultTrWire } from '@stellar/stellar-sdk/xdr';
import type { AccountId, Blame, Hash } from '@stellar-insights/ledger';
import { fromHex, hex, sha256 } from '../digest.ts';
import { isCredit } from '../state/asset.ts';
import type { ClaimableBalance } from '../state/entries.ts';
import { credit, debit, receiveProblem, sendProblem } from '../state/holdings.ts';
import type { Store } from '../state/store.ts';
import { accountWire } from '../wire.ts';
import { failed, succeeded, type OperationContext, type Outcome } from './outcome.ts';
import type { CreateClaimableBalance } from './operation.ts';

const CREATE_CODES = {
  CREATE_CLAIMABLE_BALANCE_MALFORMED: -1,
  CREATE_CLAIMABLE_BALANCE_NO_TRUST: -3,
  CREATE_CLAIMABLE_BALANCE_NOT_AUTHORIZED: -4,
  CREATE_CLAIMABLE_BALANCE_UNDERFUNDED: -5,
} as const;

const CLAIM_CODES = {
  CLAIM_CLAIMABLE_BALANCE_DOES_NOT_EXIST: -1,
  CLAIM_CLAIMABLE_BALANCE_CANNOT_CLAIM: -2,
  CLAIM_CLAIMABLE_BALANCE_LINE_FULL: -3,
  CLAIM_CLAIMABLE_BALANCE_NO_TRUST: -4,
  CLAIM_CLAIMABLE_BALANCE_NOT_AUTHORIZED: -5,
} as const;

export function applyCreateClaimableBalance(
  context: OperationContext,
  body: CreateClaimableBalance,
): Outcome {
  const { store, source } = context;
  const { asset, amount, claimants } = body;
  if (amount <= 0n || claimants.length === 0)
    return failCreate('CREATE_CLAIMABLE_BALANCE_MALFORMED', 'sender');
  switch (sendProblem(store, source, asset, amount)) {
    case 'no_trust':
      return failCreate('CREATE_CLAIMABLE_BALANCE_NO_TRUST', 'sender');
    case 'not_authorized':
      return failCreate('CREATE_CLAIMABLE_BALANCE_NOT_AUTHORIZED', 'issuer');
    case 'underfunded':
      return failCreate('CREATE_CLAIMABLE_BALANCE_UNDERFUNDED', 'sender');
    case null:
      debit(store, source, asset, amount);
  }
  const id = balanceIdOf(context);
  const clawbackEnabled = isCredit(asset) && store.trustline(source.id, asset)?.clawbackEnabled === true;
  store.put({ kind: 'claimable_balance', id, asset, amount, claimants, sponsor: source, clawbackEnabled });
  countSponsored(store, source.id, claimants.length);
  const balanceId = { type: 0, v0: fromHex(id) } as const;
  const result: OperationResultTrWire = {
    type: 14,
    createClaimableBalanceResult: { code: 0, balanceId },
  };
  return succeeded('CREATE_CLAIMABLE_BALANCE_SUCCESS', result, { balanceId: id });
}

export function applyClaimClaimableBalance(context: OperationContext, balanceId: Hash): Outcome {
  const { store, source } = context;
  const balance = store.claimableBalance(balanceId);
  if (balance === undefined) return failClaim('CLAIM_CLAIMABLE_BALANCE_DOES_NOT_EXIST', 'sender');
  if (!balance.claimants.some(({ id }) => id === source.id)) {
    return failClaim('CLAIM_CLAIMABLE_BALANCE_CANNOT_CLAIM', 'sender');
  }
  switch (receiveProblem(store, source, balance.asset, balance.amount)) {
    case 'no_account':
    case 'no_trust':
      return failClaim('CLAIM_CLAIMABLE_BALANCE_NO_TRUST', 'receiver');
    case 'not_authorized':
      return failClaim('CLAIM_CLAIMABLE_BALANCE_NOT_AUTHORIZED', 'issuer');
    case 'line_full':
      return failClaim('CLAIM_CLAIMABLE_BALANCE_LINE_FULL', 'receiver');
    case null:
      credit(store, source, balance.asset, balance.amount);
  }
  removeBalance(store, balance);
  return succeeded('CLAIM_CLAIMABLE_BALANCE_SUCCESS', { type: 15, claimClaimableBalanceResult: { code: 0 } });
}

/** The id of a balance is derived from the operation that creates it (CAP-23). */
function balanceIdOf({ transactionSource, transactionSequence, operationIndex }: OperationContext): Hash {
  const preimage = HashIdPreimage.schema.encode({
    type: 6,
    operationId: {
      sourceAccount: accountWire(transactionSource),
      seqNum: transactionSequence,
      opNum: operationIndex,
    },
  });
  return hex(sha256(preimage));
}

/** Deletes a balance and gives its reserve back to who created it. */
export function removeBalance(store: Store, balance: ClaimableBalance): void {
  store.remove(balance);
  countSponsored(store, balance.sponsor.id, -balance.claimants.length);
}

function countSponsored(store: Store, sponsor: AccountId, change: number): void {
  const account = store.account(sponsor);
  if (account !== undefined) store.put({ ...account, sponsoring: account.sponsoring + change });
}

function failCreate(code: keyof typeof CREATE_CODES, blame: Blame): Outcome {
  return failed(code, blame, { type: 14, createClaimableBalanceResult: { code: CREATE_CODES[code] } });
}

function failClaim(code: keyof typeof CLAIM_CODES, blame: Blame): Outcome {
  return failed(code, blame, { type: 15, claimClaimableBalanceResult: { code: CLAIM_CODES[code] } });
}
