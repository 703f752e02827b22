import type {
  ClaimableBalanceOperation,
  Clawback,
  ContractTransfer,
  PoolOperation,
  Trade,
  Transaction,
  TrustlineOperation,
} from '@stellar-insights/contract';
import {
  transactionIndexOfOperation,
  type ClaimableBalanceFact,
  type ClawbackFact,
  type ContractTransferFact,
  type LedgerFacts,
  type OperationId,
  type PaymentFailure,
  type PoolOperationFact,
  type TradeFact,
  type TransactionFact,
  type TrustlineOperationFact,
} from '@stellar-insights/ledger';
import { expectedMemo, text, units } from './payment-truths.ts';

/* What lists answer of what truly happened, made without the code that renders answers. */

/** A fact with the ledger and the transaction that it is in. */
export interface Truth<Fact> {
  readonly header: LedgerFacts['header'];
  readonly transaction: TransactionFact;
  readonly fact: Fact;
}

/** The facts of a kind, oldest first. */
export function truthsOf<Fact extends { readonly operationId: OperationId }>(
  ledgers: readonly LedgerFacts[],
  factsOf: (facts: LedgerFacts) => readonly Fact[],
): Truth<Fact>[] {
  return ledgers.flatMap((facts) =>
    factsOf(facts).map((fact) => {
      const transaction = facts.transactions[transactionIndexOfOperation(fact.operationId) - 1];
      if (transaction === undefined) throw new RangeError(`operation ${fact.operationId} has no transaction`);
      return { header: facts.header, transaction, fact };
    }),
  );
}

export function expectedTrade(truth: Truth<TradeFact>): Trade {
  const { fact } = truth;
  const { maker } = fact;
  return {
    id: `${fact.operationId}-${fact.order}`,
    ...placeOf(truth),
    maker:
      maker.type === 'pool'
        ? { type: 'pool', pool_id: maker.pool }
        : { type: 'offer', seller: maker.seller, offer_id: `${maker.offerId}` },
    buyer: fact.buyer,
    sold_asset: fact.soldAsset,
    sold: units(fact.soldAmount) ?? '',
    sold_stroops: `${fact.soldAmount}`,
    bought_asset: fact.boughtAsset,
    bought: units(fact.boughtAmount) ?? '',
    bought_stroops: `${fact.boughtAmount}`,
  };
}

export function expectedClaimableBalance(truth: Truth<ClaimableBalanceFact>): ClaimableBalanceOperation {
  const { fact } = truth;
  return {
    ...placeOf(truth),
    memo: expectedMemo(truth.transaction.memo),
    type: fact.type,
    ...senderOf(fact),
    balance_id: fact.balanceId,
    asset: fact.asset,
    amount: units(fact.amount),
    amount_stroops: text(fact.amount),
    claimants: [...fact.claimants],
    ...outcomeOf(fact),
  };
}

export function expectedClawback(truth: Truth<ClawbackFact>): Clawback {
  const { fact } = truth;
  return {
    ...placeOf(truth),
    memo: expectedMemo(truth.transaction.memo),
    type: fact.type,
    ...senderOf(fact),
    from: fact.from,
    from_muxed_id: text(fact.fromMuxedId),
    asset: fact.asset,
    amount: units(fact.amount),
    amount_stroops: text(fact.amount),
    balance_id: fact.balanceId,
    ...outcomeOf(fact),
  };
}

export function expectedContractTransfer(truth: Truth<ContractTransferFact>): ContractTransfer {
  const { fact } = truth;
  return {
    id: `${fact.operationId}-${fact.order}`,
    ...placeOf(truth),
    memo: expectedMemo(truth.transaction.memo),
    type: fact.type,
    contract: fact.contract,
    asset: fact.asset,
    from: fact.from,
    to: fact.to,
    to_muxed_id: text(fact.toMuxedId),
    amount: units(fact.amount) ?? '',
    amount_stroops: `${fact.amount}`,
    is_hashed: fact.isHashed,
    ...outcomeOf(fact),
  };
}

export function expectedTrustlineOperation(truth: Truth<TrustlineOperationFact>): TrustlineOperation {
  const { fact } = truth;
  return {
    ...placeOf(truth),
    type: fact.type,
    ...senderOf(fact),
    trustor: fact.trustor,
    asset: fact.asset,
    pool_id: fact.pool,
    pool_asset_a: fact.poolAssets?.[0] ?? null,
    pool_asset_b: fact.poolAssets?.[1] ?? null,
    limit: units(fact.limit),
    limit_stroops: text(fact.limit),
    set_flags: fact.setFlags,
    clear_flags: fact.clearFlags,
    ...outcomeOf(fact),
  };
}

export function expectedPoolOperation(truth: Truth<PoolOperationFact>): PoolOperation {
  const { fact } = truth;
  return {
    ...placeOf(truth),
    type: fact.type,
    ...senderOf(fact),
    pool_id: fact.pool,
    shares: units(fact.shares),
    shares_stroops: text(fact.shares),
    limit_a: units(fact.limitA) ?? '',
    limit_a_stroops: `${fact.limitA}`,
    limit_b: units(fact.limitB) ?? '',
    limit_b_stroops: `${fact.limitB}`,
    ...outcomeOf(fact),
  };
}

export function expectedTransaction(
  { closedAt }: LedgerFacts['header'],
  transaction: TransactionFact,
): Transaction {
  const { ledger, index } = transaction;
  return {
    id: `${(BigInt(ledger) * 2n ** 32n) | (BigInt(index) * 4096n)}`,
    tx_hash: transaction.hash,
    inner_hash: transaction.innerHash,
    ledger,
    closed_at: new Date(closedAt).toISOString(),
    index,
    source: transaction.source,
    source_muxed_id: text(transaction.sourceMuxedId),
    fee_source: transaction.feeSource,
    fee_source_muxed_id: text(transaction.feeSourceMuxedId),
    fee_charged: units(transaction.feeCharged) ?? '',
    fee_charged_stroops: `${transaction.feeCharged}`,
    succeeded: transaction.succeeded,
    result: transaction.result,
    inner_result: transaction.innerResult,
    operation_count: transaction.operationCount,
    memo: expectedMemo(transaction.memo),
  };
}

function placeOf({ header, transaction, fact }: Truth<{ readonly operationId: OperationId }>) {
  return {
    op_id: `${fact.operationId}`,
    ledger: header.sequence,
    closed_at: new Date(header.closedAt).toISOString(),
    tx_hash: transaction.hash,
    inner_hash: transaction.innerHash,
  };
}

function senderOf(fact: { readonly account: string; readonly accountMuxedId: bigint | null }) {
  return { account: fact.account, account_muxed_id: text(fact.accountMuxedId) };
}

function outcomeOf({
  succeeded,
  failure,
}: {
  readonly succeeded: boolean;
  readonly failure: PaymentFailure | null;
}) {
  const cause = failure?.cause && {
    operation_index: failure.cause.operationIndex,
    code: failure.cause.code,
  };
  return {
    succeeded,
    failure: failure && { reason: failure.reason, blame: failure.blame, cause: cause ?? null },
  };
}
