import {
  GeneralizedTransactionSet,
  type GeneralizedTransactionSetWire,
  type TransactionPhaseWire,
  type TransactionSetWire,
} from '@stellar/stellar-sdk/xdr';
import { sha256 } from '../digest.ts';
import type { Random } from '../random.ts';
import { isSoroban } from '../transactions/plan.ts';
import type { SignedTransaction } from '../transactions/signed-transaction.ts';
import { MIN_FEE } from '../transactions/validity.ts';
import type { Era } from './era.ts';

/** The transaction set that consensus agreed to, with its hash. */
export type TransactionSet =
  | { readonly form: 'plain'; readonly wire: TransactionSetWire; readonly hash: Uint8Array }
  | { readonly form: 'generalized'; readonly wire: GeneralizedTransactionSetWire; readonly hash: Uint8Array };

export interface ProposedSet {
  readonly set: TransactionSet;
  /** The fee of each transaction for each operation; null: its bid. */
  readonly baseFees: ReadonlyMap<SignedTransaction, bigint | null>;
}

/** Transactions with one fee rule: `baseFee` for each operation, or (null) each its bid. */
interface Component {
  readonly baseFee: bigint | null;
  readonly transactions: readonly SignedTransaction[];
}

type Stage = readonly (readonly SignedTransaction[])[];

/** Arranges transactions in the form of the era: one list, or a classic and a contract phase. */
export function proposeSet(
  previousLedgerHash: Uint8Array,
  transactions: readonly SignedTransaction[],
  era: Era,
  random: Random,
): ProposedSet {
  if (era.closeMeta === 0) {
    const sorted = transactions.toSorted(byEnvelopeHash);
    const hash = sha256(previousLedgerHash, ...sorted.map(({ envelopeBytes }) => envelopeBytes));
    const txs = sorted.map(({ envelope }) => envelope);
    const set = { form: 'plain', wire: { previousLedgerHash, txs }, hash } as const;
    return { set, baseFees: baseFeesOf([{ baseFee: MIN_FEE, transactions }]) };
  }
  const classic = componentsOf(
    transactions.filter(({ plan }) => !isSoroban(plan)),
    random,
  );
  const calls = transactions.filter(({ plan }) => isSoroban(plan));
  const contracts = calls.length === 0 ? [] : [{ baseFee: MIN_FEE, transactions: calls }];
  const contractPhase = era.protocol < 23 ? componentsPhase(contracts) : parallelPhase(calls, random);
  const v1TxSet = { previousLedgerHash, phases: [componentsPhase(classic), contractPhase] };
  const wire: GeneralizedTransactionSetWire = { v: 1, v1TxSet };
  const hash = sha256(GeneralizedTransactionSet.schema.encode(wire));
  return { set: { form: 'generalized', wire, hash }, baseFees: baseFeesOf([...classic, ...contracts]) };
}

/** Groups transactions by their fee: one group with or without a common fee, or several groups. */
function componentsOf(transactions: readonly SignedTransaction[], random: Random): Component[] {
  const style = random.pick(['common', 'as_bid', 'several'] as const);
  const bidding = (from: bigint, below: bigint) =>
    transactions.filter(({ plan }) => plan.bid >= from && plan.bid < below);
  const components: Component[] =
    style === 'several'
      ? [
          { baseFee: null, transactions: bidding(1_000n, 1n << 63n) },
          { baseFee: MIN_FEE, transactions: bidding(0n, 2n * MIN_FEE) },
          { baseFee: 2n * MIN_FEE, transactions: bidding(2n * MIN_FEE, 1_000n) },
        ]
      : [{ baseFee: style === 'common' ? MIN_FEE : null, transactions }];
  return components.filter((component) => component.transactions.length > 0);
}

function baseFeesOf(components: readonly Component[]): Map<SignedTransaction, bigint | null> {
  return new Map(
    components.flatMap(({ baseFee, transactions }) => transactions.map((one) => [one, baseFee] as const)),
  );
}

function componentsPhase(components: readonly Component[]): TransactionPhaseWire {
  const v0Components = components.map(({ baseFee, transactions }) => {
    const txs = transactions.toSorted(byEnvelopeHash).map(({ envelope }) => envelope);
    return { type: 0 as const, txsMaybeDiscountedFee: { baseFee, txs } };
  });
  return { v: 0, v0Components };
}

/** Stages run one after another; the clusters of a stage in parallel, the transactions of a cluster in turn. */
function parallelPhase(transactions: readonly SignedTransaction[], random: Random): TransactionPhaseWire {
  const stages: SignedTransaction[][][] = [];
  for (const transaction of transactions) {
    const stage = stages.at(-1);
    const cluster = stage?.at(-1);
    if (stage === undefined || random.chance(0.3)) stages.push([[transaction]]);
    else if (cluster === undefined || random.chance(0.5)) stage.push([transaction]);
    else cluster.push(transaction);
  }
  const baseFee = transactions.length === 0 ? null : MIN_FEE;
  const executionStages = sortStages(stages).map((stage) =>
    stage.map((cluster) => cluster.map(({ envelope }) => envelope)),
  );
  return { v: 1, parallelTxsComponent: { baseFee, executionStages } };
}

/** Each level is sorted by the hash of what comes first in it. */
function sortStages(stages: readonly Stage[]): Stage[] {
  return stages
    .map((stage) =>
      stage
        .map((cluster) => cluster.toSorted(byEnvelopeHash))
        .toSorted((left, right) => byFirst(left, right)),
    )
    .toSorted((left, right) => byFirst(left[0], right[0]));
}

function byFirst(left: readonly SignedTransaction[] = [], right: readonly SignedTransaction[] = []): number {
  const [a] = left;
  const [b] = right;
  return a === undefined || b === undefined ? 0 : byEnvelopeHash(a, b);
}

function byEnvelopeHash(left: SignedTransaction, right: SignedTransaction): number {
  return Buffer.compare(left.envelopeHash, right.envelopeHash);
}
