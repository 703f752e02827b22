export { accountKey, accountOfKey, addressKey, addressOfKey, parseMuxedAccount } from './account-key.ts';
export { contractOfAsset } from './asset-contract.ts';
export type {
  AccountId,
  Address,
  AssetId,
  ContractId,
  Hash,
  LedgerSequence,
  OperationId,
  PoolId,
  ResultCode,
  Stroops,
} from './brands.ts';
export { LedgerError, type LedgerErrorCode } from './errors.ts';
export {
  BLAMES,
  isPaymentAttempt,
  PAYMENT_ATTEMPT_TYPES,
  PAYMENT_TYPES,
  type Blame,
  type ClaimableBalanceFact,
  type ClawbackFact,
  type ContractTransferFact,
  type LedgerFacts,
  type LedgerHeaderFacts,
  type Memo,
  type PaymentAttemptType,
  type PaymentFact,
  type PaymentFailure,
  type PaymentType,
  type PoolOperationFact,
  type TradeFact,
  type TransactionFact,
  type TrustlineOperationFact,
} from './facts.ts';
export {
  FAILING_OPERATIONS,
  FAILURE_REASONS,
  failureReason,
  RETRIES,
  type CodedReason,
  type FailingOperation,
  type Retry,
} from './failure-reasons/index.ts';
export {
  ledgerOfOperation,
  operationAt,
  operationId,
  positionOfOperation,
  transactionIndexOfOperation,
} from './operation-id.ts';
export { poolAssets } from './pool-assets.ts';
export { isLedgerSequence, LAST_LEDGER, parseLedgerSequence, type LedgerRange } from './sequence.ts';
