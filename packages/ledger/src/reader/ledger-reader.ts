import type { Hash, LedgerSequence } from '../brands.ts';
import { ContractNames } from '../decode/contract-names.ts';
import { contractTransferFacts } from '../decode/contract-transfers.ts';
import { PartyNames } from '../decode/parties.ts';
import type { LedgerFacts, TransactionFact } from '../facts.ts';
import type { RawLedger } from '../sources/ledger-source.ts';
import { closeMetaPlaces, type CloseMetaPlaces } from './close-meta-places.ts';
import { contractCallAt } from './contract-calls.ts';
import { readEnvelope, TransactionHashes, type Envelope } from './envelopes.ts';
import { HashJoin } from './hash-join.ts';
import { Hasher } from './hasher.ts';
import { readHeader, type Header } from './header.ts';
import { LedgerNames, LedgerValues } from './ledger-values.ts';
import { forEachOperation, type OperationPlaces } from './operation-places.ts';
import { addOperationFacts, type FactLists } from './operations.ts';
import { PlaceTable } from './place-table.ts';
import { readResult, type TransactionResult } from './results.ts';
import { RefusedBytesError } from './skip-primitives.ts';

const CONTRACT_CALL = 24;
const EMPTY_SET_HASH = '0'.repeat(64);

/**
 * Reads the facts of ledgers of one network straight from their bytes. It passes over what is not needed, without building it,
 * and checks what `decodeLedger` checks. It refuses what it does not know and says no more about it: `decodeLedger` does.
 */
export class LedgerReader {
  readonly #networkPassphrase: string;
  readonly #names = new LedgerNames();
  readonly #hasher = new Hasher();
  readonly #join = new HashJoin();
  readonly #envelopes = new PlaceTable();
  readonly #results = new PlaceTable();
  readonly #transactionHashes: TransactionHashes;

  constructor(networkPassphrase: string) {
    this.#networkPassphrase = networkPassphrase;
    this.#transactionHashes = new TransactionHashes(networkPassphrase, this.#hasher);
  }

  /** @throws RefusedBytesError; RangeError where the bytes end early */
  read({ sequence, bytes: raw }: RawLedger): LedgerFacts {
    const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    this.#hasher.clear();
    this.#envelopes.clear();
    this.#results.clear();
    const places = closeMetaPlaces(view, { envelopes: this.#envelopes, results: this.#results });
    const values = new LedgerValues(sequence, bytes, view, this.#names);
    const header = readHeader(places, values);
    if (header.facts.sequence !== sequence)
      throw inconsistent('the number of another ledger', String(sequence));
    this.#requireHashes(places, header, values);

    const facts: FactLists = {
      transactions: [],
      payments: [],
      claimableBalances: [],
      clawbacks: [],
      trustlineOperations: [],
      poolOperations: [],
      trades: [],
      contractTransfers: [],
    };
    const contracts = new ContractNames(this.#networkPassphrase, new PartyNames());
    const visit = (operation: OperationPlaces, envelope: Envelope, result: TransactionResult): void => {
      addOperationFacts(facts, operation, values);
      if (operation.type !== CONTRACT_CALL) return;
      const call = contractCallAt(operation, envelope, result.end, values);
      facts.contractTransfers.push(...contractTransferFacts(operation, call, contracts));
    };
    const hashes = this.#transactionHashesOf(values);
    this.#join.begin(hashes);
    for (let index = 1; index <= this.#results.length; index++) {
      const result = readResult(this.#results.start(index - 1), this.#results.end(index - 1), values);
      const joined = this.#join.take(view, result.start);
      const hash = hashes[joined];
      if (hash === undefined) {
        throw inconsistent(`a result of transaction ${values.hash(result.start)}`, 'one of each envelope');
      }
      const place = this.#envelopes.start(joined);
      const innerHash = this.#transactionHashes.ofInner(place, values);
      const envelope = readEnvelope(place, values);
      requireFit(envelope, innerHash, result, values);
      const transaction = transactionFact(sequence, index, hash, innerHash, envelope, result);
      facts.transactions.push(transaction);
      forEachOperation(transaction, envelope, result, values, visit);
    }
    return { header: header.facts, ...facts };
  }

  #requireHashes({ header, set }: CloseMetaPlaces, found: Header, values: LedgerValues): void {
    const { bytes } = values;
    const [envelopes, results] = [this.#envelopes, this.#results];
    requireHash('the header', this.#hasher.add(bytes, header.start, header.end).digest(), found.facts.hash);

    this.#hasher.add(uint32(results.length));
    for (let place = 0; place < results.length; place++) {
      this.#hasher.add(bytes, results.start(place), results.end(place));
    }
    requireHash('the results', this.#hasher.digest(), values.hash(found.resultsHash));

    if (!set.isGeneralized) {
      // Without the number of envelopes.
      this.#hasher.add(bytes, set.start, set.start + 32).add(bytes, set.start + 36, set.end);
    } else {
      this.#hasher.add(bytes, set.start, set.end);
    }
    const setHash = this.#hasher.digest();
    requireHash(
      'the transaction set',
      found.appliesNothing && envelopes.length === 0 ? EMPTY_SET_HASH : setHash,
      values.hash(found.setHash),
    );
    if (results.length !== envelopes.length) {
      throw inconsistent(`${results.length} results`, `${envelopes.length}, one for each envelope`);
    }
  }

  /** In the order of the transaction set. */
  #transactionHashesOf(values: LedgerValues): Hash[] {
    return Array.from({ length: this.#envelopes.length }, (_, place) =>
      this.#transactionHashes.of(this.#envelopes.start(place), this.#envelopes.end(place), values),
    );
  }
}

function requireFit(
  envelope: Envelope,
  innerHash: Hash | null,
  { outcome, operations }: TransactionResult,
  { view }: LedgerValues,
): void {
  const operationCount = operations === null ? envelope.operationCount : view.getUint32(operations);
  if (operationCount !== envelope.operationCount) {
    throw inconsistent(`${operationCount} results of operations`, String(envelope.operationCount));
  }
  if (outcome.innerHash !== null && outcome.innerHash !== innerHash) {
    throw inconsistent('a result of another inner transaction', `one of ${innerHash}`);
  }
}

function transactionFact(
  ledger: LedgerSequence,
  index: number,
  hash: Hash,
  innerHash: Hash | null,
  { source, feeSource, memo, operationCount }: Envelope,
  { feeCharged, outcome }: TransactionResult,
): TransactionFact {
  return {
    ledger,
    index,
    hash,
    innerHash,
    source: source.account,
    sourceMuxedId: source.muxedId,
    feeSource: feeSource.account,
    feeSourceMuxedId: feeSource.muxedId,
    feeCharged,
    succeeded: outcome.succeeded,
    result: outcome.result,
    innerResult: outcome.innerResult,
    operationCount,
    memo,
  };
}

function requireHash(what: string, found: string, expected: string): void {
  if (found !== expected) throw inconsistent(`${what} with hash ${found}`, expected);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function inconsistent(found: string, expected: string): RefusedBytesError {
  return new RefusedBytesError('inconsistent', found, expected);
}
