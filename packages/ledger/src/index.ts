export type {
  AccountId,
  AssetId,
  Hash,
  LedgerSequence,
  OperationId,
  PoolId,
  ResultCode,
  Stroops,
} from './brands.ts';
export { LedgerError, type LedgerErrorCode } from './errors.ts';
export type {
  AttemptType,
  Blame,
  ClaimableBalanceFact,
  LedgerFacts,
  LedgerHeaderFacts,
  Memo,
  PaymentFact,
  PaymentFailure,
  PaymentType,
  TradeFact,
  TransactionFact,
} from './facts.ts';
export { batchKey, batchOf, LAKE_EXTENSIONS, type LakeManifest } from './lake-layout.ts';
export { decodeLedger } from './decode/decode-ledger.ts';
export type { LedgerSource, RawLedger } from './raw-ledger.ts';
export { readLedgers, type ReadLedgersOptions } from './read-ledgers.ts';
export { openSource, type SourceLocation, type SourceOptions } from './sources/open-source.ts';
