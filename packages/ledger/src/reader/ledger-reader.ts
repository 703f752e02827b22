import type { Hash } from '../brands.ts';
import type { LedgerFacts, TransactionFact } from '../facts.ts';
import type { RawLedger } from '../sources/ledger-source.ts';
import { closeMetaPlaces, type CloseMetaPlaces, type EnvelopePlace } from './close-meta-places.ts';
import { readEnvelope, TransactionHashes, type Envelope } from './envelopes.ts';
import { Hasher } from './hasher.ts';
import { readHeader, type Header } from './header.ts';
import { LedgerNames, LedgerValues } from './ledger-values.ts';
import { forEachOperation } from './operation-places.ts';
import { addOperationFacts, type FactLists } from './operations.ts';
import { readResult, type TransactionResult } from './results.ts';
import { RefusedBytesError } from './skip-primitives.ts';

const EMPTY_SET_HASH = '0'.repeat(64);

/**
 * Reads the facts of ledgers of one network straight from their bytes. It passes over what is not needed, without building it,
 * and checks what `decodeLedger` checks. It refuses what it does not know and says no more about it: `decodeLedger` does.
 */
export class LedgerReader {
  readonly #names = new LedgerNames();
  readonly #hasher = new Hasher();
  readonly #transactionHashes: TransactionHashes;

  constructor(networkPassphrase: string) {
    this.#transactionHashes = new TransactionHashes(networkPassphrase, this.#hasher);
  }

  /** @throws RefusedBytesError; RangeError where the bytes end early */
  read({ sequence, bytes: raw }: RawLedger): LedgerFacts {
    const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    const places = closeMetaPlaces(view);
    const values = new LedgerValues(bytes, view, this.#names);
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
    };
    const envelopes = this.#byHash(places.envelopes, bytes);
    for (const [place, { start }] of places.results.entries()) {
      const index = place + 1;
      const result = readResult(start, values);
      const found = envelopes.get(result.hash);
      if (found === undefined || joined.has(found)) {
        throw inconsistent(`a result of transaction ${result.hash}`, 'one of each envelope');
      }
      joined.add(found);
      const innerHash = found.inner === null ? null : this.#transactionHashes.ofInner(found.inner, bytes);
      const envelope = readEnvelope(found, values);
      requireFit(envelope, innerHash, result, values);
      facts.transactions.push(transactionFact(sequence, index, envelope, innerHash, result));
      forEachOperation(sequence, index, envelope, result, values, (operation) => {
        addOperationFacts(facts, operation, values);
      });
    }
    return { header: header.facts, ...facts };
  }

  #requireHashes(
    { header, set, envelopes, results }: CloseMetaPlaces,
    found: Header,
    values: LedgerValues,
  ): void {
    const { bytes } = values;
    requireHash('the header', this.#hasher.add(bytes, header.start, header.end).digest(), found.facts.hash);

    this.#hasher.add(uint32(results.length));
    for (const { start, end } of results) this.#hasher.add(bytes, start, end);
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
      found.appliesNothing ? EMPTY_SET_HASH : setHash,
      values.hash(found.setHash),
    );
    if (results.length !== envelopes.length) {
      throw inconsistent(`${results.length} results`, `${envelopes.length}, one for each envelope`);
    }
  }

  #byHash(envelopes: readonly EnvelopePlace[], bytes: Buffer): Map<Hash, EnvelopePlace> {
    const byHash = new Map<Hash, EnvelopePlace>();
    for (const place of envelopes) byHash.set(this.#transactionHashes.of(place, bytes), place);
    return byHash;
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
  ledger: TransactionFact['ledger'],
  index: number,
  { source, feeSource, memo, operationCount }: Envelope,
  innerHash: Hash | null,
  { hash: ownHash, feeCharged, outcome }: TransactionResult,
): TransactionFact {
  return {
    ledger,
    index,
    hash: ownHash,
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
