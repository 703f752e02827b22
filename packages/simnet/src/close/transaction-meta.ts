import type {
  ContractEventWire,
  LedgerEntryChangeWire,
  OperationMetaV2Wire,
  TransactionMetaWire,
} from '@stellar/stellar-sdk/xdr';
import { tokenOf } from '../contracts/contract.ts';
import { eventWire } from '../contracts/movement.ts';
import { VOID } from '../contracts/value-wire.ts';
import { changesWire } from '../state/entry-wire.ts';
import type { AppliedTransaction } from '../transactions/apply-transaction.ts';
import type { MetaForm } from './era.ts';

const EXT = { v: 0 } as const;

interface MetaContext {
  readonly form: MetaForm;
  readonly networkId: Uint8Array;
}

/** The changes of a transaction and its events. `after` is the refund, in the eras in which it belongs to the transaction. */
export function transactionMeta(
  applied: AppliedTransaction,
  context: MetaContext,
  after: LedgerEntryChangeWire[],
): TransactionMetaWire {
  const before = changesWire(applied.sequenceChanges);
  const operations = applied.operationChanges.map((changes) => ({ changes: changesWire(changes) }));
  const published = publishedEvents(applied, context.form);
  switch (context.form.version) {
    case 0:
      return { v: 0, operations };
    case 1:
      return { v: 1, v1: { txChanges: before, operations } };
    case 2:
      return { v: 2, v2: { txChangesBefore: before, operations, txChangesAfter: after } };
    case 3: {
      const output = { ext: EXT, returnValue: VOID, diagnosticEvents: [] };
      const sorobanMeta = published === null ? null : { ...output, events: published };
      const v3 = { ext: EXT, txChangesBefore: before, operations, txChangesAfter: after, sorobanMeta };
      return { v: 3, v3 };
    }
    case 4:
      return {
        v: 4,
        v4: {
          ext: EXT,
          txChangesBefore: before,
          operations: operations.map(({ changes }, index): OperationMetaV2Wire => ({
            ext: EXT,
            changes,
            events: published ?? classicEvents(applied, index, context),
          })),
          txChangesAfter: after,
          sorobanMeta: published === null ? null : { ext: EXT, returnValue: VOID },
          events: [],
          diagnosticEvents: [],
        },
      };
  }
}

/** Null if the transaction called no contract, or failed. */
function publishedEvents({ end }: AppliedTransaction, { isReplayed }: MetaForm): ContractEventWire[] | null {
  const reports = end.type === 'success' ? end.outcomes[0]?.moved.reports : undefined;
  return reports?.map((report) => eventWire(report, isReplayed)) ?? null;
}

/** A node may write of a payment what the asset's contract would have published (CAP-67). No contract was called. */
function classicEvents(
  { transaction: { plan } }: AppliedTransaction,
  index: number,
  { form, networkId }: MetaContext,
): ContractEventWire[] {
  const operation = plan.operations[index];
  if (!form.hasClassicEvents || operation?.body.type !== 'payment') return [];
  const { asset, amount, destination } = operation.body;
  const parties = { from: operation.source ?? plan.source, to: destination };
  const token = tokenOf(asset, networkId);
  return [eventWire({ type: 'transfer', token, asset, ...parties, amount, admin: null }, true)];
}
