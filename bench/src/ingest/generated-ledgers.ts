import { createHash } from 'node:crypto';
import {
  accountOfKey,
  operationId,
  type AccountId,
  type AssetId,
  type Hash,
  type LedgerFacts,
  type LedgerSequence,
  type PaymentFact,
  type ResultCode,
  type Stroops,
  type TransactionFact,
} from '@stellar-insights/ledger';

/* Ledgers as those of a busy network: few accounts and assets are in most payments, and most are in few. */

const ACCOUNTS = 400_000;
const ASSETS = 3000;
const TRANSACTIONS = 85;
const PAYMENTS_OF_ONE = 2;
export const PAYMENTS = TRANSACTIONS * PAYMENTS_OF_ONE;

/** Ledgers that follow one another, each new whenever it is made. Those of another era have other accounts and assets. */
export class GeneratedLedgers {
  readonly #keys = new Map<string, Buffer>();
  readonly #assets = new Map<number, AssetId>();
  #next: number;
  #era = 0;
  #state = 1;
  readonly #transactions: number;

  constructor(first: number, transactions = TRANSACTIONS) {
    this.#next = first;
    this.#transactions = transactions;
  }

  take(count: number, era = 0): LedgerFacts[] {
    this.#era = era;
    return Array.from({ length: count }, () => this.#ledger(this.#next++));
  }

  /** All names of era 0. */
  names(): { accounts: AccountId[]; assets: AssetId[] } {
    this.#era = 0;
    const accounts = Array.from({ length: ACCOUNTS }, (_, of) => accountOfKey(this.#key(of)));
    return { accounts, assets: Array.from({ length: ASSETS }, (_, of) => this.#assetName(of)) };
  }

  skip(count: number): void {
    this.#next += count;
  }

  #ledger(sequence: number): LedgerFacts {
    const ledger = sequence as LedgerSequence;
    // The names of a ledger are made anew, as decoding does: no text is shared with another ledger.
    this.#assets.clear();
    const names = new Map<number, AccountId>();
    const account = (): AccountId => {
      const of = this.#popular(ACCOUNTS);
      const name = names.get(of) ?? accountOfKey(this.#key(of));
      names.set(of, name);
      return name;
    };
    const transactions = Array.from({ length: this.#transactions }, (_, place) =>
      this.#transaction(ledger, place + 1, account()),
    );
    return {
      header: {
        sequence: ledger,
        hash: hashOf(`ledger ${sequence}`),
        previousHash: hashOf(`ledger ${sequence - 1}`),
        closedAt: Date.UTC(2026, 0, 1) + sequence * 5000,
        protocolVersion: 24,
        baseFee: 100n as Stroops,
        baseReserve: 5_000_000n as Stroops,
        totalCoins: (10n ** 18n) as Stroops,
        feePool: (10n ** 15n) as Stroops,
      },
      transactions,
      payments: transactions.flatMap((transaction) =>
        Array.from({ length: PAYMENTS_OF_ONE }, (_, place) =>
          this.#payment(transaction, place + 1, account()),
        ),
      ),
      claimableBalances: [],
      clawbacks: [],
      contractTransfers: [],
      trustlineOperations: [],
      poolOperations: [],
      trades: [],
    };
  }

  #transaction(ledger: LedgerSequence, index: number, source: AccountId): TransactionFact {
    const succeeded = this.#random() < 0.7;
    return {
      ledger,
      index,
      hash: hashOf(`transaction ${ledger} ${index}`),
      innerHash: this.#random() < 0.1 ? hashOf(`inner ${ledger} ${index}`) : null,
      source,
      sourceMuxedId: null,
      feeSource: source,
      feeSourceMuxedId: null,
      feeCharged: 200n as Stroops,
      succeeded,
      result: (succeeded ? 'txSUCCESS' : 'txFAILED') as ResultCode,
      innerResult: null,
      operationCount: PAYMENTS_OF_ONE,
      memo:
        this.#random() < 0.4
          ? { type: 'id', id: BigInt(Math.floor(this.#random() * 1e9)) }
          : { type: 'none' },
    };
  }

  #payment(transaction: TransactionFact, operationIndex: number, destination: AccountId): PaymentFact {
    const { ledger, index, source, succeeded } = transaction;
    const isPath = this.#random() < 0.4;
    const sourceAsset = this.#asset();
    const amount = BigInt(Math.floor(this.#random() * 1e12)) as Stroops;
    const reason = (isPath ? 'PATH_PAYMENT_STRICT_SEND_UNDER_DESTMIN' : 'PAYMENT_UNDERFUNDED') as ResultCode;
    return {
      operationId: operationId(ledger, index, operationIndex),
      ledger,
      transactionIndex: index,
      operationIndex,
      transactionHash: transaction.hash,
      type: isPath ? 'path_payment_strict_send' : 'payment',
      source,
      sourceMuxedId: null,
      destination,
      destinationMuxedId: this.#random() < 0.02 ? BigInt(ledger) : null,
      sourceAsset,
      destAsset: isPath ? this.#asset() : sourceAsset,
      path: isPath && this.#random() < 0.5 ? [this.#asset()] : [],
      fixedSide: isPath ? 'source' : 'dest',
      fixedAmount: amount,
      limitAmount: isPath ? amount : null,
      sentAmount: succeeded ? amount : null,
      deliveredAmount: succeeded ? amount : null,
      succeeded,
      operationResult: (succeeded ? 'PAYMENT_SUCCESS' : reason) as ResultCode,
      failure: succeeded ? null : { reason, cause: { operationIndex: 1, code: reason }, blame: 'sender' },
      isSelfPayment: source === destination,
      isCycle: false,
    };
  }

  #asset(): AssetId {
    const of = this.#popular(ASSETS);
    const name = this.#assets.get(of) ?? this.#assetName(of);
    this.#assets.set(of, name);
    return name;
  }

  #assetName(of: number): AssetId {
    return (of === 0 ? 'native' : `A${of}:${accountOfKey(this.#key(of))}`) as AssetId;
  }

  #key(of: number): Buffer {
    const text = `account ${of} of era ${this.#era}`;
    const key = this.#keys.get(text) ?? sha256(text);
    this.#keys.set(text, key);
    return key;
  }

  /** Of a power law: the first hundredth of them makes up two thirds. */
  #popular(count: number): number {
    return Math.floor(count ** this.#random()) - 1;
  }

  /** A linear congruential generator: the same ledgers in each run. */
  #random(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 2 ** 32;
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function hashOf(text: string): Hash {
  return sha256(text).toString('hex') as Hash;
}
