import { hash } from 'node:crypto';
import type { Hash, LedgerSequence } from '../brands.ts';
import { ContractNames } from '../decode/contract-names.ts';
import { contractTransferFacts } from '../decode/contract-transfers.ts';
import { PartyNames } from '../decode/parties.ts';
import type { LedgerFacts, TransactionFact } from '../facts.ts';
import type { RawLedger } from '../sources/ledger-source.ts';
import { closeMetaPlaces, type CloseMetaPlaces } from './close-meta-places.ts';
import { contractCallAt } from './contract-calls.ts';
import { Envelope } from './envelopes.ts';
import { HashJoin } from './hash-join.ts';
import { readHeader, type Header } from './header.ts';
import { LedgerNames, LedgerValues } from './ledger-values.ts';
import { forEachOperation, OperationPlaces } from './operation-places.ts';
import { addOperationFacts, type FactLists } from './operations.ts';
import { TransactionResult } from './results.ts';
import { ResultsHasher } from './results-hasher.ts';
import { SetHasher, type SetHashes } from './set-hasher.ts';
import { RefusedBytesError } from './skip-primitives.ts';
import { EnvelopePlaces, ResultPlaces } from './transaction-places.ts';

const CONTRACT_CALL = 24;
const EMPTY_SET_HASH = '0'.repeat(64);

/**
 * Reads the facts of ledgers of one network straight from their bytes. It passes over what is not needed, without building it,
 * and checks what `decodeLedger` checks. It refuses what it does not know and says no more about it: `decodeLedger` does.
 */
export class LedgerReader {
  readonly #networkPassphrase: string;
  readonly #names = new LedgerNames();
  readonly #join = new HashJoin();
  readonly #envelopes = new EnvelopePlaces();
  readonly #results = new ResultPlaces();
  readonly #resultsHasher = new ResultsHasher();
  readonly #setHasher: SetHasher;

  constructor(networkPassphrase: string) {
    this.#networkPassphrase = networkPassphrase;
    this.#setHasher = new SetHasher(networkPassphrase);
  }

  /** @throws RefusedBytesError; RangeError where the bytes end early */
  read({ sequence, bytes: raw }: RawLedger): LedgerFacts {
    const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    this.#envelopes.clear();
    this.#results.clear();
    const places = closeMetaPlaces(view, this.#envelopes, this.#results);
    const values = new LedgerValues(sequence, bytes, view, this.#names);
    const header = readHeader(places, values);
    if (header.facts.sequence !== sequence)
      throw inconsistent('the number of another ledger', String(sequence));
    const hashes = this.#checkedHashes(places, header, values);

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
    // Objects that outlive a ledger would cost a write barrier for each value that they are given.
    const envelope = new Envelope(this.#envelopes);
    const result = new TransactionResult(this.#results);
    const operation = new OperationPlaces();
    const visit = (): void => {
      addOperationFacts(facts, operation, values);
      if (operation.type !== CONTRACT_CALL) return;
      const call = contractCallAt(operation, envelope, result.end, values);
      facts.contractTransfers.push(...contractTransferFacts(operation, call, contracts));
    };
    this.#join.begin(hashes.transactions);
    for (let index = 1; index <= this.#results.length; index++) {
      result.moveTo(index - 1, values);
      const transactionHash = values.hash(result.start);
      const joined = this.#join.take(transactionHash, view, result.start);
      if (joined === -1)
        throw inconsistent(`a result of transaction ${transactionHash}`, 'one of each envelope');
      const innerHash = hashes.inner[joined] ?? null;
      envelope.moveTo(joined, values);
      requireFit(envelope, innerHash, result);
      const transaction = transactionFact(sequence, index, transactionHash, innerHash, envelope, result);
      facts.transactions.push(transaction);
      forEachOperation(transaction, envelope, result, operation, values, visit);
    }
    return { header: header.facts, ...facts };
  }

  /** The hashes of the set, after those that the header names were checked. */
  #checkedHashes({ header, set }: CloseMetaPlaces, found: Header, values: LedgerValues): SetHashes {
    const { bytes } = values;
    const [envelopes, results] = [this.#envelopes, this.#results];
    const headerHash = hash('sha256', bytes.subarray(header.start, header.end), 'hex');
    requireHash('the header', headerHash, found.facts.hash);
    requireHash(
      'the results',
      this.#resultsHasher.hashOf(results, values.view),
      values.hash(found.resultsHash),
    );
    const hashes = this.#setHasher.hashesOf(set, envelopes, bytes);
    requireHash(
      'the transaction set',
      found.appliesNothing && envelopes.length === 0 ? EMPTY_SET_HASH : hashes.set,
      values.hash(found.setHash),
    );
    if (results.length !== envelopes.length) {
      throw inconsistent(`${results.length} results`, `${envelopes.length}, one for each envelope`);
    }
    return hashes;
  }
}

function requireFit(envelope: Envelope, innerHash: Hash | null, result: TransactionResult): void {
  const operationCount = result.operationCount ?? envelope.operationCount;
  if (operationCount !== envelope.operationCount) {
    throw inconsistent(`${operationCount} results of operations`, String(envelope.operationCount));
  }
  if (result.innerHash !== null && result.innerHash !== innerHash) {
    throw inconsistent('a result of another inner transaction', `one of ${innerHash}`);
  }
}

function transactionFact(
  ledger: LedgerSequence,
  index: number,
  transactionHash: Hash,
  innerHash: Hash | null,
  { source, feeSource, memo, operationCount }: Envelope,
  { feeCharged, succeeded, result, innerResult }: TransactionResult,
): TransactionFact {
  return {
    ledger,
    index,
    hash: transactionHash,
    innerHash,
    source: source.account,
    sourceMuxedId: source.muxedId,
    feeSource: feeSource.account,
    feeSourceMuxedId: feeSource.muxedId,
    feeCharged,
    succeeded,
    result,
    innerResult,
    operationCount,
    memo,
  };
}

function requireHash(what: string, found: string, expected: string): void {
  if (found !== expected) throw inconsistent(`${what} with hash ${found}`, expected);
}

function inconsistent(found: string, expected: string): RefusedBytesError {
  return new RefusedBytesError('inconsistent', found, expected);
}
