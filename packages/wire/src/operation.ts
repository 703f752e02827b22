import type { Failure } from '@stellar-insights/contract';
import type { OperationId, PaymentFailure, TransactionFact } from '@stellar-insights/ledger';
import { renderFailure } from './failure.ts';
import { isoTime } from './values.ts';

/* What the rows of all operations have in common. */

/** A fact of an operation, with what it takes from its transaction and its ledger. */
export interface FactInLedger<Fact> {
  readonly fact: Fact;
  readonly transaction: TransactionFact;
  /** Close time of the ledger, in unix milliseconds. */
  readonly closedAt: number;
}

interface Operation {
  readonly operationId: OperationId;
  readonly ledger: number;
}

/** Where an operation is in the chain. */
export function renderPlace(
  { operationId, ledger }: Operation,
  { hash, innerHash }: TransactionFact,
  closedAt: number,
) {
  return {
    op_id: operationId.toString(),
    ledger,
    closed_at: isoTime(closedAt),
    tx_hash: hash,
    inner_hash: innerHash,
  };
}

/** The id of one of the rows that share an operation. */
export function renderPartId({ operationId, order }: Operation & { readonly order: number }): string {
  return `${operationId}-${order}`;
}

/** Who sent an operation. */
export function renderSender(fact: { readonly account: string; readonly accountMuxedId: bigint | null }) {
  return { account: fact.account, account_muxed_id: fact.accountMuxedId?.toString() ?? null };
}

/** Whether an operation succeeded, and why not. */
export function renderOutcome(fact: {
  readonly succeeded: boolean;
  readonly failure: PaymentFailure | null;
}): { succeeded: boolean; failure: Failure | null } {
  return { succeeded: fact.succeeded, failure: fact.failure && renderFailure(fact.failure) };
}

/* The columns of these in CSV. */

export const PLACE_COLUMNS = ['op_id', 'ledger', 'closed_at', 'tx_hash', 'inner_hash'] as const;
export const MEMO_COLUMNS = ['memo.type', 'memo.text', 'memo.bytes', 'memo.id', 'memo.hash'] as const;
export const SENDER_COLUMNS = ['account', 'account_muxed_id'] as const;
export const OUTCOME_COLUMNS = [
  'succeeded',
  'failure.reason',
  'failure.blame',
  'failure.cause.operation_index',
  'failure.cause.code',
] as const;
