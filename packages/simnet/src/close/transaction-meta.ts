import type {
  LedgerEntryChangeWire,
  OperationMetaV2Wire,
  TransactionMetaWire,
} from '@stellar/stellar-sdk/xdr';
import { changesWire } from '../state/entry-wire.ts';
import type { AppliedTransaction } from '../transactions/apply-transaction.ts';
import { isSoroban } from '../transactions/plan.ts';
import type { TransactionMetaVersion } from './era.ts';

const EXT = { v: 0 } as const;
/** What a contract call returns: `void`. */
const VOID = { type: 1 } as const;

/** The changes of a transaction. `after` is the refund, in the eras in which it belongs to the transaction. */
export function transactionMeta(
  applied: AppliedTransaction,
  version: TransactionMetaVersion,
  after: LedgerEntryChangeWire[],
): TransactionMetaWire {
  const before = changesWire(applied.sequenceChanges);
  const operations = applied.operationChanges.map((changes) => ({ changes: changesWire(changes) }));
  const ran = isSoroban(applied.transaction.plan) && applied.end.type === 'success';
  switch (version) {
    case 0:
      return { v: 0, operations };
    case 1:
      return { v: 1, v1: { txChanges: before, operations } };
    case 2:
      return { v: 2, v2: { txChangesBefore: before, operations, txChangesAfter: after } };
    case 3: {
      const sorobanMeta = ran ? { ext: EXT, events: [], returnValue: VOID, diagnosticEvents: [] } : null;
      const v3 = { ext: EXT, txChangesBefore: before, operations, txChangesAfter: after, sorobanMeta };
      return { v: 3, v3 };
    }
    case 4:
      return {
        v: 4,
        v4: {
          ext: EXT,
          txChangesBefore: before,
          operations: operations.map(({ changes }): OperationMetaV2Wire => ({
            ext: EXT,
            changes,
            events: [],
          })),
          txChangesAfter: after,
          sorobanMeta: ran ? { ext: EXT, returnValue: VOID } : null,
          events: [],
          diagnosticEvents: [],
        },
      };
  }
}
