import type { LedgerSequence, OperationId } from './brands.ts';

/** SEP-35: 32 bits of ledger, 20 bits of transaction index, 12 bits of operation index. Both indices count from 1. */
export function operationId(ledger: number, transactionIndex: number, operationIndex: number): OperationId {
  return ((BigInt(ledger) << 32n) |
    (BigInt(transactionIndex) << 12n) |
    BigInt(operationIndex)) as OperationId;
}

/** The ledger that holds the operation. */
export function ledgerOfOperation(id: OperationId): LedgerSequence {
  return Number(id >> 32n) as LedgerSequence;
}

/** The place of the operation's transaction in its ledger, from 1. */
export function transactionIndexOfOperation(id: OperationId): number {
  return Number((id >> 12n) & 0xf_ffffn);
}

/** The operation's place in its ledger: the lower 32 bits of its id. */
export function positionOfOperation(id: OperationId): number {
  return Number(id & 0xffff_ffffn);
}

/** The id of the operation at this place of the ledger. */
export function operationAt(ledger: number, position: number): OperationId {
  return ((BigInt(ledger) << 32n) | BigInt(position)) as OperationId;
}
