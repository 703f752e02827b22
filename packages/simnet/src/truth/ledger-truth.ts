import type { LedgerHeaderWire } from '@stellar/stellar-sdk/xdr';
import type { LedgerFacts, LedgerSequence } from '@stellar-insights/ledger';
import type { ProcessedTransaction } from '../close/close-meta.ts';
import { hex } from '../digest.ts';
import { claimableBalanceTruth } from './claimable-balance-truth.ts';
import { clawbackTruth } from './clawback-truth.ts';
import { contractTransferTruth } from './contract-transfer-truth.ts';
import { paymentTruth } from './payment-truth.ts';
import { poolTruth } from './pool-truth.ts';
import { tradeTruth } from './trade-truth.ts';
import { transactionTruth } from './transaction-truth.ts';
import { trustlineTruth } from './trustline-truth.ts';
import { stroops, witnessOperations } from './witness.ts';

interface Circumstances {
  /** In which it was applied. */
  readonly protocol: number;
  readonly networkId: Uint8Array;
  /** The events of assets are in the form of a later protocol. */
  readonly isReplayed: boolean;
}

/** The facts of a ledger, from what the simulator did rather than from what it wrote. */
export function ledgerTruth(
  header: LedgerHeaderWire,
  hash: Uint8Array,
  processed: readonly ProcessedTransaction[],
  { protocol, ...circumstances }: Circumstances,
): LedgerFacts {
  const sequence = header.ledgerSeq;
  const operations = processed.flatMap(({ applied }, index) =>
    witnessOperations(applied, sequence, index + 1),
  );
  return {
    header: {
      sequence: sequence as LedgerSequence,
      hash: hex(hash),
      previousHash: hex(header.previousLedgerHash),
      closedAt: Number(header.scpValue.closeTime) * 1000,
      protocolVersion: header.ledgerVersion,
      baseFee: stroops(BigInt(header.baseFee)),
      baseReserve: stroops(BigInt(header.baseReserve)),
      totalCoins: stroops(header.totalCoins),
      feePool: stroops(header.feePool),
    },
    transactions: processed.map(({ applied, feeCharged }, index) =>
      transactionTruth(applied, sequence, index + 1, feeCharged),
    ),
    payments: operations.flatMap((operation) => paymentTruth(operation) ?? []),
    claimableBalances: operations.flatMap((operation) => claimableBalanceTruth(operation) ?? []),
    clawbacks: operations.flatMap((operation) => clawbackTruth(operation) ?? []),
    contractTransfers: operations.flatMap((operation) => contractTransferTruth(operation, circumstances)),
    trustlineOperations: operations.flatMap((operation) => trustlineTruth(operation, protocol) ?? []),
    poolOperations: operations.flatMap((operation) => poolTruth(operation) ?? []),
    trades: operations.flatMap(tradeTruth),
  };
}
