import { createHash } from 'node:crypto';
import {
  LedgerCloseMeta,
  LedgerCloseMetaV0,
  LedgerHeader,
  LedgerHeaderExt,
  LedgerHeaderHistoryEntry,
  LedgerHeaderHistoryEntryExt,
  StellarValue,
  StellarValueExt,
  TransactionSet,
} from '@stellar/stellar-sdk/xdr';

const zero = new Uint8Array(32);

/** XDR of an empty ledger with the right number and header hash; nothing else about it is true. */
export function smallLedger(sequence: number): Buffer {
  const header = new LedgerHeader({
    ledgerVersion: 23,
    previousLedgerHash: zero,
    scpValue: new StellarValue({
      txSetHash: zero,
      closeTime: BigInt(sequence),
      upgrades: [],
      ext: StellarValueExt.stellarValueBasic(),
    }),
    txSetResultHash: zero,
    bucketListHash: zero,
    ledgerSeq: sequence,
    totalCoins: 0n,
    feePool: 0n,
    inflationSeq: 0,
    idPool: 0n,
    baseFee: 100,
    baseReserve: 5_000_000,
    maxTxSetSize: 100,
    skipList: [zero, zero, zero, zero],
    ext: LedgerHeaderExt.v0(),
  });
  const meta = new LedgerCloseMetaV0({
    ledgerHeader: new LedgerHeaderHistoryEntry({
      hash: createHash('sha256').update(header.toXdr()).digest(),
      header,
      ext: LedgerHeaderHistoryEntryExt.v0(),
    }),
    txSet: new TransactionSet({ previousLedgerHash: zero, txs: [] }),
    txProcessing: [],
    upgradesProcessing: [],
    scpInfo: [],
  });
  return Buffer.from(LedgerCloseMeta.v0(meta).toXdr());
}
