import type { Blame, PoolId } from '@stellar-insights/ledger';
import { poolIdOf } from '../exchange/constant-product.ts';
import { isCredit, NATIVE, type Asset } from '../state/asset.ts';
import { BASE_RESERVE, countSubentries, spendable } from '../state/holdings.ts';
import type { Store } from '../state/store.ts';
import { failed, succeeded, type OperationContext, type Outcome } from './outcome.ts';
import type { ChangePoolTrust, ChangeTrust } from './operation.ts';

const CODES = {
  CHANGE_TRUST_NO_ISSUER: -2,
  CHANGE_TRUST_INVALID_LIMIT: -3,
  CHANGE_TRUST_LOW_RESERVE: -4,
  CHANGE_TRUST_SELF_NOT_ALLOWED: -5,
  CHANGE_TRUST_TRUST_LINE_MISSING: -6,
  CHANGE_TRUST_CANNOT_DELETE: -7,
  CHANGE_TRUST_NOT_AUTH_MAINTAIN_LIABILITIES: -8,
} as const;

const AUTH_REQUIRED = 1;
const AUTH_CLAWBACK_ENABLED = 8;

/** Opens a trustline, changes its limit or (limit 0) deletes it. */
export function applyChangeTrust(context: OperationContext, body: ChangeTrust): Outcome {
  const { store, source } = context;
  const { asset, limit } = body;
  const issuer = store.account(asset.issuer.id);
  const line = store.trustline(source.id, asset);
  if (asset.issuer.id === source.id) return fail('CHANGE_TRUST_SELF_NOT_ALLOWED', 'sender');
  if (limit < (line === undefined ? 1n : line.balance + line.liabilities.buying)) {
    return fail('CHANGE_TRUST_INVALID_LIMIT', 'sender');
  }
  if (line !== undefined && limit === 0n) {
    if (isPooled(context, asset)) return fail('CHANGE_TRUST_CANNOT_DELETE', 'sender');
    store.remove(line);
    countSubentries(store, source, -1);
    return succeeded('CHANGE_TRUST_SUCCESS', { type: 6, changeTrustResult: { code: 0 } });
  }
  if (issuer === undefined) return fail('CHANGE_TRUST_NO_ISSUER', 'issuer');
  if (line === undefined) {
    if (spendable(store, source, NATIVE) < BASE_RESERVE) return fail('CHANGE_TRUST_LOW_RESERVE', 'sender');
    const authorization = (issuer.flags & AUTH_REQUIRED) === 0 ? 'authorized' : 'unauthorized';
    const clawbackEnabled = (issuer.flags & AUTH_CLAWBACK_ENABLED) !== 0;
    const liabilities = { selling: 0n, buying: 0n };
    const terms = { authorization, clawbackEnabled, liabilities } as const;
    store.put({ kind: 'trustline', owner: source, asset, balance: 0n, limit, ...terms });
    countSubentries(store, source, 1);
  } else {
    store.put({ ...line, limit });
  }
  return succeeded('CHANGE_TRUST_SUCCESS', { type: 6, changeTrustResult: { code: 0 } });
}

/** Opens a trustline for the shares of a pool, changes its limit or (limit 0) deletes it. */
export function applyChangePoolTrust(context: OperationContext, body: ChangePoolTrust): Outcome {
  const { store, source } = context;
  const { assetA, assetB, limit } = body;
  const id = poolIdOf(assetA, assetB);
  const share = store.poolShare(source.id, id);
  if (limit < (share === undefined ? 1n : share.balance)) {
    return fail('CHANGE_TRUST_INVALID_LIMIT', 'sender');
  }
  if (share !== undefined && limit === 0n) {
    store.remove(share);
    countSubentries(store, source, -2);
    countShares(store, id, body, -1n);
  } else if (share !== undefined) {
    store.put({ ...share, limit });
  } else {
    const problem = shareProblem(context, body);
    if (problem !== null) return problem;
    store.put({ kind: 'pool_share', owner: source, pool: id, balance: 0n, limit });
    countSubentries(store, source, 2);
    countShares(store, id, body, 1n);
  }
  return succeeded('CHANGE_TRUST_SUCCESS', { type: 6, changeTrustResult: { code: 0 } });
}

/** A provider must hold both assets, and its issuers must let it keep them. */
function shareProblem({ store, source }: OperationContext, body: ChangePoolTrust): Outcome | null {
  const held = [body.assetA, body.assetB].filter(isCredit).filter(({ issuer }) => issuer.id !== source.id);
  const lines = held.map((asset) => store.trustline(source.id, asset));
  if (lines.includes(undefined)) return fail('CHANGE_TRUST_TRUST_LINE_MISSING', 'sender');
  if (lines.some((line) => line?.authorization === 'unauthorized')) {
    return fail('CHANGE_TRUST_NOT_AUTH_MAINTAIN_LIABILITIES', 'issuer');
  }
  if (spendable(store, source, NATIVE) < 2n * BASE_RESERVE) return fail('CHANGE_TRUST_LOW_RESERVE', 'sender');
  return null;
}

function countShares(store: Store, id: PoolId, { assetA, assetB }: ChangePoolTrust, change: bigint): void {
  const empty = { reserveA: 0n, reserveB: 0n, shares: 0n, trustlines: 0n };
  const pool = store.pool(id) ?? { kind: 'pool', id, assetA, assetB, ...empty };
  const trustlines = pool.trustlines + change;
  if (trustlines === 0n) store.remove(pool);
  else store.put({ ...pool, trustlines });
}

/** Whether the holder has a share of a pool of the asset. */
function isPooled({ store, source }: OperationContext, asset: Asset): boolean {
  const shares = store.ofKind('pool_share').filter(({ owner }) => owner.id === source.id);
  return shares.some((share) => {
    const pool = store.pool(share.pool);
    return pool?.assetA.id === asset.id || pool?.assetB.id === asset.id;
  });
}

function fail(code: keyof typeof CODES, blame: Blame): Outcome {
  return failed(code, blame, { type: 6, changeTrustResult: { code: CODES[code] } });
}
