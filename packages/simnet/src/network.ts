import type { LedgerHeaderHistoryEntryWire, LedgerUpgradeWire } from '@stellar/stellar-sdk/xdr';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { encodeCloseMeta, type ProcessedTransaction } from './close/close-meta.ts';
import { eraAt, metaForm, PRESENT, type Era } from './close/era.ts';
import { headerHash, headerWire, stellarValue, withoutTransactions, type ChainTip } from './close/header.ts';
import { resultPairWire } from './close/result-wire.ts';
import { proposeSet, type ProposedSet } from './close/transaction-set.ts';
import { sha256 } from './digest.ts';
import type { LedgerContext } from './operations/outcome.ts';
import { Random } from './random.ts';
import { Store } from './state/store.ts';
import { applyTransaction, type AppliedTransaction } from './transactions/apply-transaction.ts';
import { chargeFee, refundFee, type ChargedFee } from './transactions/fees.ts';
import { isSoroban } from './transactions/plan.ts';
import { signTransaction, type SignedTransaction } from './transactions/signed-transaction.ts';
import { CorridorBuckets, type CorridorBucketTruth } from './truth/corridor-buckets.ts';
import { ledgerTruth } from './truth/ledger-truth.ts';
import { StateHistory } from './truth/state-history.ts';
import type { StateTruth } from './truth/state-truth.ts';
import { moveHome } from './workload/accounts.ts';
import { castOf, type Anchor, type Cast } from './workload/cast.ts';
import { populate, TOTAL_COINS } from './workload/genesis.ts';
import { fillLedger, planLedger } from './workload/plan-ledger.ts';
import { RareCaseRotation } from './workload/rare-cases/rare-case-rotation.ts';
import { World } from './workload/world.ts';

export interface NetworkOptions {
  /** The same seed and options give the same bytes. */
  readonly seed: string;
  readonly passphrase: string;
  readonly startLedger: number;
  /** Unix milliseconds at which the first ledger closes. */
  readonly startTime: number;
  /** Simulated milliseconds from close to close, in whole seconds. Default: 5,000. */
  readonly closeIntervalMs?: number;
  /** The forms that ledgers take as time goes by. Default: today's form. */
  readonly eras?: readonly Era[];
  /**
   * Exactly so many transactions in each ledger, of a network whose cast is large enough for them. Default: about fifteen, with empty
   * ledgers now and then.
   */
  readonly transactionsPerLedger?: number;
}

/** What `transactionsPerLedger` can be. */
export const MOST_TRANSACTIONS = 10_000;

/** The network that a caller gets who does not choose one. */
export const DEFAULT_NETWORK = {
  seed: 'simnet',
  passphrase: 'Stellar Insights Simulated Network',
  startLedger: 1_000,
};

export interface ClosedLedger {
  readonly sequence: number;
  /** XDR of one `LedgerCloseMeta`. */
  readonly bytes: Uint8Array;
  /** Its header and that header's hash. */
  readonly header: LedgerHeaderHistoryEntryWire;
  /** What happened in it, recorded while it happened. */
  readonly truth: LedgerFacts;
}

export function createNetwork(options: NetworkOptions): Network {
  return new Network(options);
}

/** A Stellar network in one object. It closes a ledger for each call, and records what truly happened. */
export class Network {
  readonly passphrase: string;
  readonly cast: Cast;
  /** The state after the last closed ledger. */
  readonly store: Store;
  readonly #options: NetworkOptions;
  readonly #interval: number;
  readonly #eras: readonly Era[];
  readonly #networkId: Uint8Array;
  readonly #random: Random;
  readonly #world: World;
  readonly #rareCases = new RareCaseRotation();
  readonly #buckets = new CorridorBuckets();
  readonly #states: StateHistory;
  readonly #moves = new Map<Anchor, string>();
  #next: number;
  #tip: ChainTip;
  #feePool = 0n;

  constructor(options: NetworkOptions) {
    const { seed, passphrase, startLedger, closeIntervalMs = 5_000, eras = PRESENT } = options;
    if (closeIntervalMs < 1_000 || closeIntervalMs % 1_000 !== 0) {
      throw new RangeError(
        `found closeIntervalMs ${closeIntervalMs}, expected whole seconds in milliseconds`,
      );
    }
    if (startLedger < 2) throw new RangeError(`found startLedger ${startLedger}, expected 2 or more`);
    const { transactionsPerLedger = 1 } = options;
    if (!(transactionsPerLedger >= 1 && transactionsPerLedger <= MOST_TRANSACTIONS)) {
      throw new RangeError(
        `found ${transactionsPerLedger} transactions per ledger, expected 1 to ${MOST_TRANSACTIONS}`,
      );
    }
    this.passphrase = passphrase;
    this.#options = options;
    this.#interval = closeIntervalMs;
    this.#eras = eras;
    this.#networkId = sha256(Buffer.from(passphrase));
    this.#random = new Random(seed);
    this.cast = castOf(seed, options.transactionsPerLedger);
    this.store = new Store(startLedger - 1);
    populate(this.store, this.cast, this.#random);
    this.store.settle();
    this.#states = new StateHistory(this.store);
    this.#world = new World(seed, this.store, this.cast, this.#random);
    this.#next = startLedger;
    const before = sha256(Buffer.from(`${seed}/before ${startLedger}`));
    this.#tip = { hash: before, bucketListHash: before, protocol: eraAt(eras, 0).protocol };
  }

  /** Every corridor's five-minute counts up to the last closed ledger. */
  buckets(): CorridorBucketTruth[] {
    return this.#buckets.all();
  }

  /** The true state after one of the last 2,000 ledgers, or of fewer if each changes very much. */
  stateAt(sequence: number): StateTruth {
    return this.#states.at(sequence);
  }

  /** The anchor's issuer gets another home domain in the next ledger that has transactions. */
  moveAnchor(anchor: Anchor, domain: string): void {
    this.#moves.set(anchor, domain);
  }

  /** The close time of a ledger, past or future, in Unix seconds. */
  closeTimeOf(sequence: number): number {
    const { startLedger, startTime } = this.#options;
    return Math.floor((startTime + (sequence - startLedger) * this.#interval) / 1_000);
  }

  closeLedger(): ClosedLedger {
    const sequence = this.#next;
    const age = sequence - this.#options.startLedger;
    const closeTime = this.closeTimeOf(sequence);
    const { protocol } = this.#tip;
    // An upgrade takes effect after its ledger, whose form is still the old one.
    const era = eraAt(this.#eras, Math.max(0, age - 1));
    const nextProtocol = eraAt(this.#eras, age).protocol;
    const upgrades: LedgerUpgradeWire[] =
      nextProtocol === protocol ? [] : [{ type: 1, newLedgerVersion: nextProtocol }];
    this.store.ledger = sequence;
    const before = this.store.mark();
    const context = { store: this.store, sequence, protocol, closeTime, networkId: this.#networkId };

    const planned = this.#signAll(context);
    const proposal = proposeSet(this.#tip.hash, planned, era, this.#random);
    const signedBy = { tip: this.#tip, validator: this.cast.validator, networkId: this.#networkId };
    const proposedValue = stellarValue(proposal.set.hash, closeTime, upgrades, signedBy);
    // Now and then the validators cannot get the proposed set and agree on an empty one instead.
    const mayDrop = protocol >= 28 && this.#options.transactionsPerLedger === undefined;
    const dropped = mayDrop && this.#random.chance(0.015);
    const agreed = dropped ? proposeSet(this.#tip.hash, [], era, this.#random) : proposal;
    const value = dropped ? withoutTransactions(proposedValue, this.#tip) : proposedValue;

    const processed = this.#process(context, dropped ? [] : planned, agreed);
    const header = headerWire({
      tip: this.#tip,
      sequence,
      protocol: nextProtocol,
      value,
      results: processed.map(({ applied, feeCharged }) => resultPairWire(applied, feeCharged)),
      totalCoins: TOTAL_COINS,
      feePool: this.#feePool,
      idPool: this.store.idPool,
    });
    const hash = headerHash(header);
    const form = metaForm(era, sequence, this.#random);
    const historyEntry = { hash, header, ext: { v: 0 } } as const;
    const bytes = encodeCloseMeta({
      era,
      form,
      networkId: this.#networkId,
      header: historyEntry,
      set: agreed.set,
      processed,
      upgrades,
    });
    const truth = ledgerTruth(header, hash, processed, {
      protocol,
      networkId: this.#networkId,
      isReplayed: form.isReplayed,
    });

    this.#buckets.add(truth);
    this.#tip = { hash, bucketListHash: header.bucketListHash, protocol: nextProtocol };
    this.#next += 1;
    this.#states.closed(sequence, this.store.changesSince(before));
    this.store.settle();
    return { sequence, bytes, header: historyEntry, truth };
  }

  /** The next ledger's transactions in the order they will be applied: contract calls come last. */
  #signAll({ protocol, closeTime, networkId }: LedgerContext): SignedTransaction[] {
    this.#world.enterLedger(protocol, closeTime);
    const moves = [...this.#moves].flatMap(([anchor, domain]) => moveHome(this.#world, anchor, domain));
    const { transactionsPerLedger } = this.#options;
    const plans =
      transactionsPerLedger === undefined
        ? [...moves, ...planLedger(this.#world, this.#rareCases)]
        : fillLedger(this.#world, this.#rareCases, transactionsPerLedger, moves);
    const ordered = [...plans.filter((plan) => !isSoroban(plan)), ...plans.filter(isSoroban)];
    return ordered.map((plan) => {
      const current = this.store.account(plan.source.account.id)?.sequence ?? 0n;
      return signTransaction(plan, current + 1n + plan.sequenceOffset, { networkId, protocol });
    });
  }

  /** First all fees, then all transactions, then refunds. */
  #process(
    context: LedgerContext,
    transactions: readonly SignedTransaction[],
    { baseFees }: ProposedSet,
  ): ProcessedTransaction[] {
    const fees = transactions.map((one) => chargeFee(context, one, baseFees.get(one) ?? null));
    const applied = transactions.map((one) => applyTransaction(context, one));
    return applied.map((one, index) => this.#settleFee(context, one, fees[index]));
  }

  #settleFee(
    context: LedgerContext,
    applied: AppliedTransaction,
    fee: ChargedFee = { charged: 0n, changes: [] },
  ): ProcessedTransaction {
    const refundChanges = refundFee(context, applied.transaction, applied.refund);
    const feeCharged = fee.charged - (refundChanges.length === 0 ? 0n : applied.refund);
    this.#feePool += feeCharged;
    return { applied, feeCharged, feeChanges: fee.changes, refundChanges };
  }
}
