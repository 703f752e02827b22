import type { Blame } from '@stellar-insights/ledger';
import { NATIVE } from '../state/asset.ts';
import { BASE_RESERVE, countSubentries, spendable } from '../state/holdings.ts';
import { failed, succeeded, type OperationContext, type Outcome } from './outcome.ts';
import type { ChangeTrust, OperationBody } from './operation.ts';

const CODES = {
  CHANGE_TRUST_NO_ISSUER: -2,
  CHANGE_TRUST_INVALID_LIMIT: -3,
  CHANGE_TRUST_LOW_RESERVE: -4,
  CHANGE_TRUST_SELF_NOT_ALLOWED: -5,
} as const;

const AUTH_REQUIRED = 1;

/** Opens a trustline, changes its limit or (limit 0) deletes it. */
export function applyChangeTrust({ store, source }: OperationContext, body: ChangeTrust): Outcome {
  const { asset, limit } = body;
  const issuer = store.account(asset.issuer.id);
  const line = store.trustline(source.id, asset);
  if (asset.issuer.id === source.id) return fail('CHANGE_TRUST_SELF_NOT_ALLOWED', 'unknown');
  if (limit < (line === undefined ? 1n : line.balance + line.liabilities.buying)) {
    return fail('CHANGE_TRUST_INVALID_LIMIT', 'unknown');
  }
  if (line !== undefined && limit === 0n) {
    store.remove(line);
    countSubentries(store, source, -1);
    return succeeded('CHANGE_TRUST_SUCCESS', { type: 6, changeTrustResult: { code: 0 } });
  }
  if (issuer === undefined) return fail('CHANGE_TRUST_NO_ISSUER', 'issuer');
  if (line === undefined) {
    if (spendable(store, source, NATIVE) < BASE_RESERVE) return fail('CHANGE_TRUST_LOW_RESERVE', 'sender');
    const authorized = (issuer.flags & AUTH_REQUIRED) === 0;
    const liabilities = { selling: 0n, buying: 0n };
    store.put({ kind: 'trustline', owner: source, asset, balance: 0n, limit, authorized, liabilities });
    countSubentries(store, source, 1);
  } else {
    store.put({ ...line, limit });
  }
  return succeeded('CHANGE_TRUST_SUCCESS', { type: 6, changeTrustResult: { code: 0 } });
}

/** An issuer authorizes holders of its asset: AllowTrust until protocol 16, SetTrustLineFlags since. */
export function applySetAuthorization(
  { store, protocol }: OperationContext,
  { trustor, asset, authorize }: Extract<OperationBody, { type: 'set_authorization' }>,
): Outcome {
  const line = store.trustline(trustor.id, asset);
  if (line !== undefined) store.put({ ...line, authorized: authorize });
  if (protocol < 17) {
    return line === undefined
      ? failed('ALLOW_TRUST_NO_TRUST_LINE', 'unknown', { type: 7, allowTrustResult: { code: -2 } })
      : succeeded('ALLOW_TRUST_SUCCESS', { type: 7, allowTrustResult: { code: 0 } });
  }
  return line === undefined
    ? failed('SET_TRUST_LINE_FLAGS_NO_TRUST_LINE', 'unknown', {
        type: 21,
        setTrustLineFlagsResult: { code: -2 },
      })
    : succeeded('SET_TRUST_LINE_FLAGS_SUCCESS', { type: 21, setTrustLineFlagsResult: { code: 0 } });
}

function fail(code: keyof typeof CODES, blame: Blame): Outcome {
  return failed(code, blame, { type: 6, changeTrustResult: { code: CODES[code] } });
}
