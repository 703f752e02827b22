import {
  LedgerCloseMeta,
  type LedgerHeaderHistoryEntryWire,
  type LedgerUpgradeWire,
} from '@stellar/stellar-sdk/xdr';
import { changesWire } from '../state/entry-wire.ts';
import type { EntryChange } from '../state/store.ts';
import type { AppliedTransaction } from '../transactions/apply-transaction.ts';
import type { Era, MetaForm } from './era.ts';
import { resultPairWire } from './result-wire.ts';
import { transactionMeta } from './transaction-meta.ts';
import type { TransactionSet } from './transaction-set.ts';

/** A transaction with everything that a ledger records of it. */
export interface ProcessedTransaction {
  readonly applied: AppliedTransaction;
  /** In stroops, after the refund. */
  readonly feeCharged: bigint;
  readonly feeChanges: readonly EntryChange[];
  readonly refundChanges: readonly EntryChange[];
}

export interface CloseMetaParts {
  readonly era: Era;
  readonly form: MetaForm;
  readonly networkId: Uint8Array;
  readonly header: LedgerHeaderHistoryEntryWire;
  readonly set: TransactionSet;
  readonly processed: readonly ProcessedTransaction[];
  readonly upgrades: readonly LedgerUpgradeWire[];
}

/** XDR of one `LedgerCloseMeta`. */
export function encodeCloseMeta(parts: CloseMetaParts): Uint8Array {
  const { era, header, set, processed, upgrades } = parts;
  const upgradesProcessing = upgrades.map((upgrade) => ({ upgrade, changes: [] }));
  const rest = { ledgerHeader: header, upgradesProcessing, scpInfo: [] };
  if (set.form === 'plain') {
    const txProcessing = processed.map((one) => resultMeta(one, parts));
    return LedgerCloseMeta.schema.encode({ v: 0, v0: { ...rest, txSet: set.wire, txProcessing } });
  }
  const recent = { ...rest, txSet: set.wire, totalByteSizeOfLiveSorobanState: 0n, evictedKeys: [] };
  if (era.closeMeta === 1) {
    const txProcessing = processed.map((one) => resultMeta(one, parts));
    return LedgerCloseMeta.schema.encode({
      v: 1,
      v1: { ...recent, ext: { v: 0 }, txProcessing, unused: [] },
    });
  }
  const ext = { v: 1, v1: { ext: { v: 0 }, sorobanFeeWrite1Kb: 1_000n } } as const;
  const txProcessing = processed.map((one) => ({
    ext: { v: 0 } as const,
    ...resultMeta({ ...one, refundChanges: [] }, parts),
    postTxApplyFeeProcessing: changesWire(one.refundChanges),
  }));
  return LedgerCloseMeta.schema.encode({ v: 2, v2: { ...recent, ext, txProcessing } });
}

function resultMeta(
  { applied, feeCharged, feeChanges, refundChanges }: ProcessedTransaction,
  parts: CloseMetaParts,
) {
  return {
    result: resultPairWire(applied, feeCharged),
    feeProcessing: changesWire(feeChanges),
    txApplyProcessing: transactionMeta(applied, parts, changesWire(refundChanges)),
  };
}
