import type { KeyPair } from '../key-pair.ts';
import { isCredit, type Asset } from './asset.ts';
import type { Account, Liabilities } from './entries.ts';
import type { Store } from './store.ts';

/** The protocol's largest amount. */
export const MAX_AMOUNT = 2n ** 63n - 1n;
/** Half a unit of the native asset for each entry that an account keeps in the ledger. */
export const BASE_RESERVE = 5_000_000n;

export type SendProblem = 'no_trust' | 'not_authorized' | 'underfunded';
export type ReceiveProblem = 'no_account' | 'no_trust' | 'not_authorized' | 'line_full';

/** The least balance of an account. */
export function reserveOf(account: Account): bigint {
  return BigInt(2 + account.subentries + account.sponsoring) * BASE_RESERVE;
}

/** The amount of an asset that a holder may spend. An issuer may spend any amount of its asset. */
export function spendable(store: Store, holder: KeyPair, asset: Asset): bigint {
  if (asset.issuer?.id === holder.id) return MAX_AMOUNT;
  if (isCredit(asset)) {
    const line = store.trustline(holder.id, asset);
    return line?.authorization !== 'authorized' ? 0n : line.balance - line.liabilities.selling;
  }
  const account = store.account(holder.id);
  return account === undefined ? 0n : account.balance - reserveOf(account) - account.liabilities.selling;
}

export function sendProblem(store: Store, holder: KeyPair, asset: Asset, amount: bigint): SendProblem | null {
  if (isCredit(asset) && asset.issuer.id !== holder.id) {
    const line = store.trustline(holder.id, asset);
    if (line === undefined) return 'no_trust';
    if (line.authorization !== 'authorized') return 'not_authorized';
  }
  return spendable(store, holder, asset) < amount ? 'underfunded' : null;
}

export function receiveProblem(
  store: Store,
  holder: KeyPair,
  asset: Asset,
  amount: bigint,
): ReceiveProblem | null {
  if (asset.issuer?.id === holder.id) return null;
  const account = store.account(holder.id);
  if (account === undefined) return 'no_account';
  if (!isCredit(asset)) {
    return account.balance + account.liabilities.buying + amount > MAX_AMOUNT ? 'line_full' : null;
  }
  const line = store.trustline(holder.id, asset);
  if (line === undefined) return 'no_trust';
  if (line.authorization !== 'authorized') return 'not_authorized';
  return line.balance + line.liabilities.buying + amount > line.limit ? 'line_full' : null;
}

/** Adds to a holding, or subtracts if `amount` is negative. What an issuer gets of its own asset is burned. */
export function credit(store: Store, holder: KeyPair, asset: Asset, amount: bigint): void {
  if (asset.issuer?.id === holder.id) return;
  const holding = isCredit(asset) ? store.trustline(holder.id, asset) : store.account(holder.id);
  if (holding === undefined)
    throw new Error(
      `found no place for ${asset.id} in ${holder.id}, expected a trustline: check before crediting`,
    );
  store.put({ ...holding, balance: holding.balance + amount });
}

export function debit(store: Store, holder: KeyPair, asset: Asset, amount: bigint): void {
  credit(store, holder, asset, -amount);
}

/** Changes the liabilities of a holder's offers in an asset. */
export function promise(store: Store, holder: KeyPair, asset: Asset, change: Liabilities): void {
  if (asset.issuer?.id === holder.id) return;
  const holding = isCredit(asset) ? store.trustline(holder.id, asset) : store.account(holder.id);
  if (holding === undefined)
    throw new Error(
      `found no place for ${asset.id} in ${holder.id}, expected one, since it has an offer in that asset`,
    );
  const { selling, buying } = holding.liabilities;
  const liabilities = { selling: selling + change.selling, buying: buying + change.buying };
  store.put({ ...holding, liabilities });
}

export function countSubentries(store: Store, { id }: KeyPair, change: number): void {
  const account = store.account(id);
  if (account !== undefined) store.put({ ...account, subentries: account.subentries + change });
}
