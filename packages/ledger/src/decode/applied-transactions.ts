import type { TransactionResultPairWire } from '@stellar/stellar-sdk/xdr';
import type { Stroops } from '../brands.ts';
import { LedgerError } from '../errors.ts';
import type { RawLedger } from '../sources/ledger-source.ts';
import type { CloseMeta } from './close-meta.ts';
import { readEnvelope, type Envelope } from './envelope.ts';
import { hex, sha256 } from './hash.ts';
import { transactionOutcome, type TransactionOutcome } from './outcome.ts';

/** A transaction's envelope (what it asks for) and its result (what became of it). */
export interface AppliedTransaction {
  /** Place in apply order, from 1. */
  readonly index: number;
  readonly envelope: Envelope;
  readonly outcome: TransactionOutcome;
  readonly feeCharged: Stroops;
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
  const networkId = sha256(Buffer.from(networkPassphrase));
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
    const outcome = transactionOutcome(pair.result);
    requireFit(raw, pair, envelope, outcome);
    yield { index: place + 1, envelope, outcome, feeCharged: pair.result.feeCharged as Stroops };
  }
}

/** The result must be one of these operations: as many, and each of the same type. */
function requireFit(
  raw: RawLedger,
  { transactionHash }: TransactionResultPairWire,
  envelope: Envelope,
  outcome: TransactionOutcome,
): void {
  const operations = envelope.operations.length;
  const results = outcome.operations?.length ?? operations;
  if (operations !== results) {
    throw inconsistent(
      raw,
      `${results} operation results of transaction ${hex(transactionHash)}`,
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
    const result = outcome.operations?.[place];
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
