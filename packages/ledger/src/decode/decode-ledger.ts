import type { LedgerSequence, Stroops } from '../brands.ts';
import type {
  ClaimableBalanceFact,
  ClawbackFact,
  ContractTransferFact,
  LedgerFacts,
  LedgerHeaderFacts,
  PaymentFact,
  PoolOperationFact,
  TradeFact,
  TransactionFact,
  TrustlineOperationFact,
} from '../facts.ts';
import type { RawLedger } from '../sources/ledger-source.ts';
import { appliedTransactions, type AppliedTransaction } from './applied-transactions.ts';
import { claimableBalanceFact } from './claimable-balances.ts';
import { clawbackFact } from './clawbacks.ts';
import { readCloseMeta, type CloseMeta } from './close-meta.ts';
import { ContractNames } from './contract-names.ts';
import { contractCall, contractTransferFacts } from './contract-transfers.ts';
import { hex } from './hash.ts';
import { operationsOf } from './operation.ts';
import { PartyNames } from './parties.ts';
import { paymentFact } from './payments.ts';
import { poolOperationFact } from './pool-operations.ts';
import { tradeFacts } from './trades.ts';
import { trustlineOperationFact } from './trustline-operations.ts';

/**
 * Turns a ledger's bytes into its facts. They are read from bytes whose hash was checked: the header, the transaction set
 * and the results. The meta has no hash, and is not used but for the events of contract calls: where a call's result is
 * not their hash, the fact says so.
 *
 * @throws LedgerError `ledger_corrupt`, `ledger_unsupported`, `ledger_mislabelled`, `hash_mismatch`, `wrong_network`
 */
export function decodeLedger(raw: RawLedger, networkPassphrase: string): LedgerFacts {
  const meta = readCloseMeta(raw);
  const names = new PartyNames();
  const contractNames = new ContractNames(networkPassphrase, names);
  const transactions: TransactionFact[] = [];
  const payments: PaymentFact[] = [];
  const claimableBalances: ClaimableBalanceFact[] = [];
  const clawbacks: ClawbackFact[] = [];
  const trustlineOperations: TrustlineOperationFact[] = [];
  const poolOperations: PoolOperationFact[] = [];
  const trades: TradeFact[] = [];
  const contractTransfers: ContractTransferFact[] = [];

  for (const transaction of appliedTransactions(raw, meta, networkPassphrase)) {
    transactions.push(transactionFact(transaction, raw.sequence, names));
    for (const operation of operationsOf(transaction, raw.sequence, names)) {
      const payment = paymentFact(operation);
      if (payment !== null) payments.push(payment);
      const claimableBalance = claimableBalanceFact(operation);
      if (claimableBalance !== null) claimableBalances.push(claimableBalance);
      const clawback = clawbackFact(operation);
      if (clawback !== null) clawbacks.push(clawback);
      const trustlineOperation = trustlineOperationFact(operation);
      if (trustlineOperation !== null) trustlineOperations.push(trustlineOperation);
      const poolOperation = poolOperationFact(operation);
      if (poolOperation !== null) poolOperations.push(poolOperation);
      trades.push(...tradeFacts(operation));
      const call = contractCall(operation);
      if (call !== null) contractTransfers.push(...contractTransferFacts(operation, call, contractNames));
    }
  }
  return {
    header: headerFacts(meta),
    transactions,
    payments,
    claimableBalances,
    clawbacks,
    trustlineOperations,
    poolOperations,
    trades,
    contractTransfers,
  };
}

function transactionFact(
  { index, envelope, outcome, feeCharged }: AppliedTransaction,
  ledger: LedgerSequence,
  names: PartyNames,
): TransactionFact {
  const source = names.party(envelope.source);
  const feeSource = names.party(envelope.feeSource);
  return {
    ledger,
    index,
    hash: envelope.hash,
    innerHash: envelope.innerHash,
    source: source.account,
    sourceMuxedId: source.muxedId,
    feeSource: feeSource.account,
    feeSourceMuxedId: feeSource.muxedId,
    feeCharged,
    succeeded: outcome.succeeded,
    result: outcome.result,
    innerResult: outcome.innerResult,
    operationCount: envelope.operations.length,
    memo: envelope.memo,
  };
}

function headerFacts({ hash, header }: CloseMeta): LedgerHeaderFacts {
  return {
    sequence: header.ledgerSeq as LedgerSequence,
    hash: hex(hash),
    previousHash: hex(header.previousLedgerHash),
    closedAt: Number(header.scpValue.closeTime) * 1000,
    protocolVersion: header.ledgerVersion,
    baseFee: BigInt(header.baseFee) as Stroops,
    baseReserve: BigInt(header.baseReserve) as Stroops,
    totalCoins: header.totalCoins as Stroops,
    feePool: header.feePool as Stroops,
  };
}
