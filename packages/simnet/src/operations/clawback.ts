import type { Blame, Hash } from '@stellar-insights/ledger';
import { isCredit } from '../state/asset.ts';
import { debit } from '../state/holdings.ts';
import { removeBalance } from './claimable-balance.ts';
import type { Clawback } from './operation.ts';
import { failed, succeeded, type OperationContext, type Outcome } from './outcome.ts';

const CODES = {
  CLAWBACK_MALFORMED: -1,
  CLAWBACK_NOT_CLAWBACK_ENABLED: -2,
  CLAWBACK_NO_TRUST: -3,
  CLAWBACK_UNDERFUNDED: -4,
} as const;

const BALANCE_CODES = {
  CLAWBACK_CLAIMABLE_BALANCE_DOES_NOT_EXIST: -1,
  CLAWBACK_CLAIMABLE_BALANCE_NOT_ISSUER: -2,
  CLAWBACK_CLAIMABLE_BALANCE_NOT_CLAWBACK_ENABLED: -3,
} as const;

/** An issuer burns a part of what a holder has of its asset. What the holder's offers sell is out of reach. */
export function applyClawback({ store, source }: OperationContext, body: Clawback): Outcome {
  const { asset, amount } = body;
  const holder = body.from.account;
  if (!isCredit(asset) || asset.issuer.id !== source.id || holder.id === source.id || amount <= 0n) {
    return fail('CLAWBACK_MALFORMED', 'sender');
  }
  const line = store.trustline(holder.id, asset);
  if (line === undefined) return fail('CLAWBACK_NO_TRUST', 'sender');
  if (!line.clawbackEnabled) return fail('CLAWBACK_NOT_CLAWBACK_ENABLED', 'sender');
  if (line.balance - line.liabilities.selling < amount) return fail('CLAWBACK_UNDERFUNDED', 'sender');
  debit(store, holder, asset, amount);
  return succeeded('CLAWBACK_SUCCESS', { type: 19, clawbackResult: { code: 0 } });
}

/** An issuer burns a balance that nobody has claimed yet. */
export function applyClawbackClaimableBalance({ store, source }: OperationContext, id: Hash): Outcome {
  const balance = store.claimableBalance(id);
  if (balance === undefined) return failBalance('CLAWBACK_CLAIMABLE_BALANCE_DOES_NOT_EXIST', 'sender');
  if (balance.asset.issuer?.id !== source.id) {
    return failBalance('CLAWBACK_CLAIMABLE_BALANCE_NOT_ISSUER', 'sender');
  }
  if (!balance.clawbackEnabled) {
    return failBalance('CLAWBACK_CLAIMABLE_BALANCE_NOT_CLAWBACK_ENABLED', 'sender');
  }
  removeBalance(store, balance);
  const result = { type: 20, clawbackClaimableBalanceResult: { code: 0 } } as const;
  return succeeded('CLAWBACK_CLAIMABLE_BALANCE_SUCCESS', result);
}

function fail(code: keyof typeof CODES, blame: Blame): Outcome {
  return failed(code, blame, { type: 19, clawbackResult: { code: CODES[code] } });
}

function failBalance(code: keyof typeof BALANCE_CODES, blame: Blame): Outcome {
  return failed(code, blame, { type: 20, clawbackClaimableBalanceResult: { code: BALANCE_CODES[code] } });
}
