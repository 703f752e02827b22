import type {
  OperationResultWire,
  TransactionResultPairWire,
  TransactionResultWire,
} from '@stellar/stellar-sdk/xdr';
import type { Stroops } from '../brands.ts';
import { LedgerError } from '../errors.ts';
import type { RawLedger } from '../sources/ledger-source.ts';
import type { CloseMeta } from './close-meta.ts';
import type { ContractOutput } from './contract-output.ts';
import { readEnvelope, type Envelope } from './envelope.ts';
import { hex, networkIdOf } from './hash.ts';
import { transactionOutcome, type TransactionOutcome } from './outcome.ts';
import { appliedVerdict, unappliedVerdict, type OperationVerdict } from './result-codes.ts';

/** A transaction's envelope (what it asks for) and its result (what became of it). */
export interface AppliedTransaction {
  /** Place in apply order, from 1. */
  readonly index: number;
  readonly envelope: Envelope;
  readonly outcome: TransactionOutcome;
  /** One for each operation; null if the transaction failed before its operations were applied. */
  readonly results: readonly OperationResultWire[] | null;
  readonly feeCharged: Stroops;
  /** Of a successful contract call, else null. */
  readonly output: ContractOutput | null;
}

/**
 * In apply order. The results come in apply order, the envelopes in the order of their hashes: the hash joins them.
 *
 * @throws LedgerError `ledger_corrupt`, `wrong_network`
 */
export function* appliedTransactions(
  raw: RawLedger,
  meta: CloseMeta,
  networkPassphrase: string,
): Generator<AppliedTransaction> {
  const networkId = networkIdOf(networkPassphrase);
  const envelopes = new Map<string, Envelope>();
  for (const undecoded of meta.envelopes) {
    const envelope = readEnvelope(undecoded, raw.bytes, networkId);
    envelopes.set(envelope.hash, envelope);
  }
  if (meta.results.length !== meta.envelopes.length) {
    throw inconsistent(
      raw,
      `${meta.results.length} results`,
      `${meta.envelopes.length}, one for each envelope`,
    );
  }
  for (const [place, pair] of meta.results.entries()) {
    const hash = hex(pair.transactionHash);
    const envelope = envelopes.get(hash);
    if (envelope === undefined) throw unknownTransaction(raw, hash, networkPassphrase);
    envelopes.delete(hash);
    const { outcome, results } = resultOf(pair.result);
    requireFit(raw, pair, envelope, { outcome, results });
    const feeCharged = pair.result.feeCharged as Stroops;
    const output = meta.outputs[place] ?? null;
    yield { index: place + 1, envelope, outcome, results, feeCharged, output };
  }
}

function resultOf({ result }: TransactionResultWire): Pick<AppliedTransaction, 'outcome' | 'results'> {
  const pair = 'innerResultPair' in result ? result.innerResultPair : null;
  const applied = pair?.result.result ?? result;
  const results = 'results' in applied ? applied.results : null;
  const inner = pair === null ? null : { hash: hex(pair.transactionHash), code: applied.code };
  return { outcome: transactionOutcome(result.code, inner, firstFailure(results ?? [])), results };
}

function firstFailure(results: readonly OperationResultWire[]): TransactionOutcome['firstFailure'] {
  const verdicts = results.map(verdictOf);
  const place = verdicts.findIndex(({ succeeded }) => !succeeded);
  const verdict = verdicts[place];
  return verdict === undefined ? null : { operationIndex: place + 1, verdict };
}

export function verdictOf(result: OperationResultWire): OperationVerdict {
  return result.code === 0
    ? appliedVerdict(result.tr.type, innerCode(result.tr))
    : unappliedVerdict(result.code);
}

/** Each arm of the result union has its type and one result with a `code`. */
function innerCode(tr: Extract<OperationResultWire, { code: 0 }>['tr']): number {
  for (const value of Object.values(tr)) {
    if (typeof value === 'object' && value !== null && 'code' in value) return value.code;
  }
  throw new TypeError(`an operation result of type ${tr.type} has no code`);
}

/** The result must be one of these operations: as many, and each of the same type. */
function requireFit(
  raw: RawLedger,
  { transactionHash }: TransactionResultPairWire,
  envelope: Envelope,
  { outcome, results }: Pick<AppliedTransaction, 'outcome' | 'results'>,
): void {
  const operations = envelope.operations.length;
  const resultCount = results?.length ?? operations;
  if (operations !== resultCount) {
    throw inconsistent(
      raw,
      `${resultCount} operation results of transaction ${hex(transactionHash)}`,
      `${operations}`,
    );
  }
  if (outcome.innerHash !== null && outcome.innerHash !== envelope.innerHash) {
    throw inconsistent(
      raw,
      `a result of inner transaction ${outcome.innerHash}`,
      `one of ${envelope.innerHash}`,
    );
  }
  for (const [place, { body }] of envelope.operations.entries()) {
    const result = results?.[place];
    if (result?.code === 0 && result.tr.type !== body.type) {
      throw inconsistent(
        raw,
        `a result of operation type ${result.tr.type} in transaction ${hex(transactionHash)}`,
        `one of type ${body.type}, as operation ${place + 1} is`,
      );
    }
  }
}

function inconsistent(raw: RawLedger, found: string, expected: string): LedgerError {
  return new LedgerError('ledger_corrupt', {
    ledger: raw.sequence,
    found: `${found} in ${raw.origin}`,
    expected,
    action: 'fetch the ledger again or read it from another source',
  });
}

function unknownTransaction(raw: RawLedger, hash: string, networkPassphrase: string): LedgerError {
  return new LedgerError('wrong_network', {
    ledger: raw.sequence,
    found: `a result of transaction ${hash}, which is the hash of no envelope, in ${raw.origin}`,
    expected: `transactions of the network "${networkPassphrase}"`,
    action: 'check that the source belongs to this network, or set the right passphrase',
  });
}
