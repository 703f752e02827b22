import {
  array,
  case as arm,
  field,
  int32,
  int64,
  option,
  struct,
  uint64,
  union,
  UNBOUNDED_MAX_LENGTH,
} from '@stellar/js-xdr';
import type { Infer, XdrType } from '@stellar/js-xdr';
import {
  DecoratedSignature,
  ExtensionPoint,
  FeeBumpTransactionExt,
  Hash,
  LedgerCloseMetaExt,
  LedgerEntry,
  LedgerEntryChange,
  LedgerHeader,
  LedgerHeaderHistoryEntryExt,
  LedgerKey,
  MuxedAccount,
  ScpHistoryEntry,
  Transaction,
  TransactionResultPair,
  TransactionV0,
  UpgradeEntryMeta,
} from '@stellar/stellar-sdk/xdr';
import { byteRange } from './byte-range.ts';
import { transactionMeta } from './transaction-meta-schema.ts';

/*
 * `LedgerCloseMeta` of Stellar-ledger.x, built from the SDK's schemas. It spells out only the parts that are hashed, to
 * keep the range of their bytes.
 */

const list = <T extends XdrType<unknown>>(element: T) => array(element, UNBOUNDED_MAX_LENGTH);

const signatures = array(DecoratedSignature.schema, 20);

const transactionV1Envelope = struct('TransactionV1Envelope', {
  tx: byteRange(Transaction.schema),
  signatures,
});

const transactionEnvelope = union('TransactionEnvelope', {
  switchOn: int32(),
  cases: [
    arm(
      'v0',
      0,
      field('v0', struct('TransactionV0Envelope', { tx: byteRange(TransactionV0.schema), signatures })),
    ),
    arm('v1', 2, field('v1', transactionV1Envelope)),
    arm(
      'feeBump',
      5,
      field(
        'feeBump',
        struct('FeeBumpTransactionEnvelope', {
          tx: byteRange(
            struct('FeeBumpTransaction', {
              feeSource: MuxedAccount.schema,
              fee: int64(),
              innerTx: union('FeeBumpTransactionInnerTx', {
                switchOn: int32(),
                cases: [arm('v1', 2, field('v1', transactionV1Envelope))],
              }),
              ext: FeeBumpTransactionExt.schema,
            }),
          ),
          signatures,
        }),
      ),
    ),
  ],
});

const transactionSet = struct('TransactionSet', {
  previousLedgerHash: Hash.schema,
  txs: list(byteRange(transactionEnvelope)),
});

const transactionPhase = union('TransactionPhase', {
  switchOn: int32(),
  switchKey: 'v',
  cases: [
    arm(
      'v0Components',
      0,
      field(
        'components',
        list(
          union('TxSetComponent', {
            switchOn: int32(),
            cases: [
              arm(
                'txsMaybeDiscountedFee',
                0,
                field(
                  'txsMaybeDiscountedFee',
                  struct('TxsMaybeDiscountedFee', {
                    baseFee: option(int64()),
                    txs: list(transactionEnvelope),
                  }),
                ),
              ),
            ],
          }),
        ),
      ),
    ),
    arm(
      'parallelTxsComponent',
      1,
      field(
        'parallel',
        struct('ParallelTxsComponent', {
          baseFee: option(int64()),
          executionStages: list(list(list(transactionEnvelope))),
        }),
      ),
    ),
  ],
});

const generalizedTransactionSet = byteRange(
  union('GeneralizedTransactionSet', {
    switchOn: int32(),
    switchKey: 'v',
    cases: [
      arm(
        'v1TxSet',
        1,
        field(
          'v1TxSet',
          struct('TransactionSetV1', { previousLedgerHash: Hash.schema, phases: list(transactionPhase) }),
        ),
      ),
    ],
  }),
);

const ledgerHeader = struct('LedgerHeaderHistoryEntry', {
  hash: Hash.schema,
  header: byteRange(LedgerHeader.schema),
  ext: LedgerHeaderHistoryEntryExt.schema,
});

const result = byteRange(TransactionResultPair.schema);

const transactionResultMeta = struct('TransactionResultMeta', {
  result,
  feeProcessing: list(LedgerEntryChange.schema),
  txApplyProcessing: transactionMeta,
});

const transactionResultMetaV1 = struct('TransactionResultMetaV1', {
  ext: ExtensionPoint.schema,
  result,
  feeProcessing: list(LedgerEntryChange.schema),
  txApplyProcessing: transactionMeta,
  postTxApplyFeeProcessing: list(LedgerEntryChange.schema),
});

const upgradesAndScp = {
  upgradesProcessing: list(UpgradeEntryMeta.schema),
  scpInfo: list(ScpHistoryEntry.schema),
};

const sorobanState = {
  totalByteSizeOfLiveSorobanState: uint64(),
  evictedKeys: list(LedgerKey.schema),
};

export const closeMetaSchema = union('LedgerCloseMeta', {
  switchOn: int32(),
  switchKey: 'v',
  cases: [
    arm(
      'v0',
      0,
      field(
        'v0',
        struct('LedgerCloseMetaV0', {
          ledgerHeader,
          txSet: transactionSet,
          txProcessing: list(transactionResultMeta),
          ...upgradesAndScp,
        }),
      ),
    ),
    arm(
      'v1',
      1,
      field(
        'v1',
        struct('LedgerCloseMetaV1', {
          ext: LedgerCloseMetaExt.schema,
          ledgerHeader,
          txSet: generalizedTransactionSet,
          txProcessing: list(transactionResultMeta),
          ...upgradesAndScp,
          ...sorobanState,
          unused: list(LedgerEntry.schema),
        }),
      ),
    ),
    arm(
      'v2',
      2,
      field(
        'v2',
        struct('LedgerCloseMetaV2', {
          ext: LedgerCloseMetaExt.schema,
          ledgerHeader,
          txSet: generalizedTransactionSet,
          txProcessing: list(transactionResultMetaV1),
          ...upgradesAndScp,
          ...sorobanState,
        }),
      ),
    ),
  ],
});

export type TransactionEnvelopeRanges = Infer<typeof transactionEnvelope>;
export type GeneralizedTransactionSetRanges = Infer<typeof generalizedTransactionSet>['value'];
