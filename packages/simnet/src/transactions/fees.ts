import type { LedgerContext } from '../operations/outcome.ts';
import type { EntryChange } from '../state/store.ts';
import { isSoroban, RESOURCE_FEE } from './plan.ts';
import type { SignedTransaction } from './signed-transaction.ts';

export interface ChargedFee {
  readonly charged: bigint;
  readonly changes: readonly EntryChange[];
}

/**
 * Takes a transaction's fee, before any transaction is applied. `baseFee` is what its component of the set charges an
 * operation; null: what the author bid.
 */
export function chargeFee(
  context: LedgerContext,
  transaction: SignedTransaction,
  baseFee: bigint | null,
): ChargedFee {
  const { plan, maxFee } = transaction;
  const operations = BigInt(plan.operations.length + (plan.feeBump === null ? 0 : 1));
  const resources = isSoroban(plan) ? RESOURCE_FEE : 0n;
  const due = baseFee === null ? maxFee : smaller(maxFee, baseFee * operations + resources);
  const payer = (plan.feeBump?.source ?? plan.source).account;
  const account = context.store.account(payer.id);
  if (account === undefined) return { charged: 0n, changes: [] };
  const charged = smaller(due, account.balance);
  const mark = context.store.mark();
  context.store.put({ ...account, balance: account.balance - charged });
  return { charged, changes: context.store.changesSince(mark) };
}

/** Refunds the part of the resource fee that was not used. */
export function refundFee(
  context: LedgerContext,
  { plan }: SignedTransaction,
  refund: bigint,
): readonly EntryChange[] {
  const account = context.store.account((plan.feeBump?.source ?? plan.source).account.id);
  if (account === undefined || refund === 0n) return [];
  const mark = context.store.mark();
  context.store.put({ ...account, balance: account.balance + refund });
  return context.store.changesSince(mark);
}

function smaller(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
