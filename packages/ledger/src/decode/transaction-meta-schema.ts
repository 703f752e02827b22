import {
  array,
  case as arm,
  field,
  int32,
  option,
  struct,
  union,
  UNBOUNDED_MAX_LENGTH,
} from '@stellar/js-xdr';
import type { Infer, XdrType } from '@stellar/js-xdr';
import {
  ContractEvent,
  DiagnosticEvent,
  ExtensionPoint,
  LedgerEntryChange,
  OperationMeta,
  ScVal,
  SorobanTransactionMetaExt,
  TransactionEvent,
  TransactionMetaV1,
  TransactionMetaV2,
} from '@stellar/stellar-sdk/xdr';
import { byteRange } from './byte-range.ts';

/*
 * `TransactionMeta` of Stellar-ledger.x. No hash covers it, but the result of a contract call is the hash of what the call
 * returned and of its events: their bytes are kept.
 */

const list = <T extends XdrType<unknown>>(element: T) => array(element, UNBOUNDED_MAX_LENGTH);

const events = byteRange(list(ContractEvent.schema));
const returnValue = byteRange(ScVal.schema);

const before = { ext: ExtensionPoint.schema, txChangesBefore: list(LedgerEntryChange.schema) };

const transactionMetaV3 = struct('TransactionMetaV3', {
  ...before,
  operations: list(OperationMeta.schema),
  txChangesAfter: list(LedgerEntryChange.schema),
  sorobanMeta: option(
    struct('SorobanTransactionMeta', {
      ext: SorobanTransactionMetaExt.schema,
      events,
      returnValue,
      diagnosticEvents: list(DiagnosticEvent.schema),
    }),
  ),
});

const transactionMetaV4 = struct('TransactionMetaV4', {
  ...before,
  operations: list(
    struct('OperationMetaV2', {
      ext: ExtensionPoint.schema,
      changes: list(LedgerEntryChange.schema),
      events,
    }),
  ),
  txChangesAfter: list(LedgerEntryChange.schema),
  sorobanMeta: option(
    struct('SorobanTransactionMetaV2', {
      ext: SorobanTransactionMetaExt.schema,
      returnValue: option(returnValue),
    }),
  ),
  events: list(TransactionEvent.schema),
  diagnosticEvents: list(DiagnosticEvent.schema),
});

export const transactionMeta = union('TransactionMeta', {
  switchOn: int32(),
  switchKey: 'v',
  cases: [
    arm('v0', 0, field('operations', list(OperationMeta.schema))),
    arm('v1', 1, field('v1', TransactionMetaV1.schema)),
    arm('v2', 2, field('v2', TransactionMetaV2.schema)),
    arm('v3', 3, field('v3', transactionMetaV3)),
    arm('v4', 4, field('v4', transactionMetaV4)),
  ],
});

export type TransactionMetaRanges = Infer<typeof transactionMeta>;
