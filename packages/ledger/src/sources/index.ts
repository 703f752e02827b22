export {
  DECODE_OUTCOMES,
  LedgerDecoder,
  type DecodeOutcome,
  type LedgerDecoderOptions,
} from '../decode/ledger-decoder.ts';
export { batchKey, batchOf, LAKE_EXTENSIONS, type LakeManifest } from './lake-layout.ts';
export type { LatestLedger, LedgerSource, RawLedger } from './ledger-source.ts';
export { readLedgers, type ReadLedgersOptions } from './read-ledgers.ts';
export { openSource, type RpcSettings, type SourceLocation, type SourceOptions } from './open-source.ts';
