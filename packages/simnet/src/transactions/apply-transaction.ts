import type { Blame, ResultCode } from '@stellar-insights/ledger';
import { applyOperation } from '../operations/apply-operation.ts';
import type { Operation } from '../operations/operation.ts';
import { befallen, type LedgerContext, type Outcome } from '../operations/outcome.ts';
import type { EntryChange } from '../state/store.ts';
import { isSoroban, RESOURCE_FEE, type TransactionCode } from './plan.ts';
import type { SignedTransaction } from './signed-transaction.ts';
import { invalidity } from './validity.ts';

/** The outcome of a transaction. */
export interface AppliedTransaction {
  readonly transaction: SignedTransaction;
  readonly end: TransactionEnd;
  readonly sequenceChanges: readonly EntryChange[];
  /** One list for each operation; empty if the transaction failed. */
  readonly operationChanges: readonly (readonly EntryChange[])[];
  /** The part of the fee that is refunded after all transactions are applied. */
  readonly refund: bigint;
}

export type TransactionEnd =
  | { readonly type: 'success' | 'failed'; readonly outcomes: readonly Outcome[] }
  /** No operation has a result. `byFeeSource`: the fee bump itself failed, so the inner transaction has none either. */
  | {
      readonly type: 'invalid';
      readonly code: TransactionCode;
      readonly blame: Blame;
      readonly byFeeSource: boolean;
    };

/** The inner transaction's code if it came to that. */
export function codeOf(end: TransactionEnd): ResultCode {
  if (end.type === 'invalid') return end.code as string as ResultCode;
  return (end.type === 'success' ? 'txSUCCESS' : 'txFAILED') as ResultCode;
}

/** Applies a transaction whose fee is already charged: all its operations, or none. */
export function applyTransaction(context: LedgerContext, transaction: SignedTransaction): AppliedTransaction {
  const { store } = context;
  const start = store.mark();
  const nothing = { transaction, operationChanges: [], refund: 0n };
  if (transaction.plan.feeBump?.forged === true) {
    const end = { type: 'invalid', code: 'txBAD_AUTH', blame: 'sender', byFeeSource: true } as const;
    return { ...nothing, end, sequenceChanges: [] };
  }
  const invalid = invalidity(context, transaction);
  if (invalid === null || invalid.takesSequence) takeSequence(context, transaction);
  const sequenceChanges = store.changesSince(start);
  if (invalid !== null) {
    const { code, blame } = invalid;
    return { ...nothing, end: { type: 'invalid', code, blame, byFeeSource: false }, sequenceChanges };
  }

  const beforeOperations = store.mark();
  const outcomes: Outcome[] = [];
  const operationChanges: EntryChange[][] = [];
  for (const [index, operation] of transaction.plan.operations.entries()) {
    const mark = store.mark();
    outcomes.push(applyOne(context, transaction, operation, index));
    operationChanges.push(store.changesSince(mark));
  }
  if (outcomes.some(({ blame }) => blame !== null)) {
    store.rollback(beforeOperations);
    return { ...nothing, end: { type: 'failed', outcomes }, sequenceChanges };
  }
  const refund = isSoroban(transaction.plan) ? RESOURCE_FEE / 4n : 0n;
  return { transaction, end: { type: 'success', outcomes }, sequenceChanges, operationChanges, refund };
}

function applyOne(
  context: LedgerContext,
  { plan, sequence }: SignedTransaction,
  operation: Operation,
  operationIndex: number,
): Outcome {
  const source = (operation.source ?? plan.source).account;
  if (plan.forgedSignatures.some(({ id }) => id === source.id)) {
    return befallen({ code: 'opBAD_AUTH', blame: 'sender' });
  }
  const place = { transactionSource: plan.source.account, transactionSequence: sequence, operationIndex };
  return applyOperation({ ...context, ...place, source }, operation);
}

function takeSequence({ store, ...context }: LedgerContext, { plan, sequence }: SignedTransaction): void {
  const account = store.account(plan.source.account.id);
  if (account === undefined)
    throw new Error(`${plan.source.account.id} has no account to take a sequence from.`);
  store.put({ ...account, sequence, sequenceLedger: context.sequence, sequenceTime: context.closeTime });
}
