import {
  XdrString,
  type MemoWire,
  type PreconditionsWire,
  type TransactionWire,
} from '@stellar/stellar-sdk/xdr';
import { operationWire } from '../operations/operation-wire.ts';
import { partyWire } from '../wire.ts';
import { isSoroban, RESOURCE_FEE, type PlannedMemo, type TransactionPlan } from './plan.ts';

export function transactionWire(plan: TransactionPlan, seqNum: bigint, protocol: number): TransactionWire {
  const soroban = isSoroban(plan);
  const fee = plan.bid * BigInt(plan.operations.length) + (soroban ? RESOURCE_FEE : 0n);
  return {
    sourceAccount: partyWire(plan.source),
    fee: Number(fee),
    seqNum,
    cond: preconditionsWire(plan),
    memo: memoWire(plan.memo),
    operations: plan.operations.map((operation) => operationWire(operation, protocol)),
    ext: soroban ? { v: 1, sorobanData: SOROBAN_DATA } : { v: 0 },
  };
}

const SOROBAN_DATA = {
  ext: { v: 0 as const },
  resources: {
    footprint: { readOnly: [], readWrite: [] },
    instructions: 1_000_000,
    diskReadBytes: 0,
    writeBytes: 0,
  },
  resourceFee: RESOURCE_FEE,
};

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
