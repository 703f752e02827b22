import {
  XdrString,
  type MemoWire,
  type PreconditionsWire,
  type SorobanTransactionDataWire,
  type TransactionWire,
} from '@stellar/stellar-sdk/xdr';
import { footprintWire } from '../contracts/call-wire.ts';
import type { ContractCall } from '../contracts/call.ts';
import { operationWire } from '../operations/operation-wire.ts';
import { partyWire } from '../wire.ts';
import { contractCallOf, RESOURCE_FEE, type PlannedMemo, type TransactionPlan } from './plan.ts';
import type { SigningContext } from './signed-transaction.ts';

export function transactionWire(
  plan: TransactionPlan,
  seqNum: bigint,
  context: SigningContext,
): TransactionWire {
  const call = contractCallOf(plan);
  const fee = plan.bid * BigInt(plan.operations.length) + (call === null ? 0n : RESOURCE_FEE);
  return {
    sourceAccount: partyWire(plan.source),
    fee: Number(fee),
    seqNum,
    cond: preconditionsWire(plan),
    memo: memoWire(plan.memo),
    operations: plan.operations.map((operation) => operationWire(operation, context)),
    ext: call === null ? { v: 0 } : { v: 1, sorobanData: sorobanData(call, context) },
  };
}

function sorobanData(call: ContractCall, { networkId }: SigningContext): SorobanTransactionDataWire {
  const footprint = footprintWire(call, networkId);
  const resources = { footprint, instructions: 1_000_000, diskReadBytes: 0, writeBytes: 0 };
  return { ext: { v: 0 }, resources, resourceFee: RESOURCE_FEE };
}

function preconditionsWire({ timeBounds, minSequenceAge }: TransactionPlan): PreconditionsWire {
  const bounds =
    timeBounds === null ? null : { minTime: BigInt(timeBounds.minTime), maxTime: BigInt(timeBounds.maxTime) };
  if (minSequenceAge === null) return bounds === null ? { type: 0 } : { type: 1, timeBounds: bounds };
  return {
    type: 2,
    v2: {
      timeBounds: bounds,
      ledgerBounds: null,
      minSeqNum: null,
      minSeqAge: minSequenceAge,
      minSeqLedgerGap: 0,
      extraSigners: [],
    },
  };
}

function memoWire(memo: PlannedMemo): MemoWire {
  switch (memo.type) {
    case 'none':
      return { type: 0 };
    case 'text':
      return { type: 1, text: new XdrString(memo.bytes) };
    case 'id':
      return { type: 2, id: memo.id };
    case 'hash':
      return { type: 3, hash: memo.bytes };
    case 'return':
      return { type: 4, retHash: memo.bytes };
  }
}
