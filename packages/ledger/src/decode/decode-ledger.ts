import type { TransactionResultPairWire } from '@stellar/stellar-sdk/xdr';
import type { LedgerSequence, Stroops } from '../brands.ts';
import { LedgerError } from '../errors.ts';
import type {
  ClaimableBalanceFact,
  LedgerFacts,
  LedgerHeaderFacts,
  PaymentFact,
  TradeFact,
  TransactionFact,
} from '../facts.ts';
import { operationId } from '../operation-id.ts';
import type { RawLedger } from '../raw-ledger.ts';
import { claimableBalanceFact } from './claimable-balances.ts';
import { readCloseMeta, sha256, type CloseMeta } from './close-meta.ts';
import { readEnvelope, type Envelope } from './envelope.ts';
import { hex } from './hex.ts';
import { memoFact } from './memo.ts';
import type { Operation } from './operation.ts';
import { operationOutcome, transactionOutcome, type TransactionOutcome } from './outcome.ts';
import { PartyNames } from './parties.ts';
import { paymentFact } from './payments.ts';
import { tradeFacts } from './trades.ts';

/**
 * From a ledger's bytes to its facts. Every fact comes from bytes whose hash was checked: header, transaction set and
 * results. Meta (ledger entry changes) is walked through but not believed.
 *
 * @throws LedgerError `ledger_corrupt`, `ledger_unsupported`, `ledger_mislabelled`, `hash_mismatch`, `wrong_network`
 */
export function decodeLedger(raw: RawLedger, networkPassphrase: string): LedgerFacts {
  const meta = readCloseMeta(raw);
  const names = new PartyNames();
  const transactions: TransactionFact[] = [];
  const payments: PaymentFact[] = [];
  const claimableBalances: ClaimableBalanceFact[] = [];
  const trades: TradeFact[] = [];

  for (const { index, envelope, outcome, feeCharged } of appliedTransactions(raw, meta, networkPassphrase)) {
    const source = names.party(envelope.source);
    const feeSource = names.party(envelope.feeSource);
    transactions.push({
      ledger: raw.sequence,
      index,
      hash: envelope.hash,
      innerHash: envelope.innerHash,
      source: source.account,
      sourceMuxedId: source.muxedId,
      feeSource: feeSource.account,
      feeSourceMuxedId: feeSource.muxedId,
      feeCharged,
      succeeded: outcome.succeeded,
      result: outcome.result,
      innerResult: outcome.innerResult,
      operationCount: envelope.operations.length,
      memo: memoFact(envelope.memo),
    });

    for (const [place, { sourceAccount, body }] of envelope.operations.entries()) {
      const operationIndex = place + 1;
      const result = outcome.operations?.[place];
      const operation: Operation = {
        id: operationId(raw.sequence, index, operationIndex),
        ledger: raw.sequence,
        transactionIndex: index,
        operationIndex,
        transactionHash: envelope.hash,
        source: sourceAccount === null ? source : names.party(sourceAccount),
        body,
        outcome: operationOutcome(outcome, operationIndex),
        effect: outcome.succeeded && result?.code === 0 ? result.tr : null,
        names,
      };
      const payment = paymentFact(operation);
      if (payment !== null) payments.push(payment);
      const claimableBalance = claimableBalanceFact(operation);
      if (claimableBalance !== null) claimableBalances.push(claimableBalance);
      trades.push(...tradeFacts(operation));
    }
  }
  return { header: headerFacts(meta), transactions, payments, claimableBalances, trades };
}

interface AppliedTransaction {
  /** From 1. */
  readonly index: number;
  readonly envelope: Envelope;
  readonly outcome: TransactionOutcome;
  readonly feeCharged: Stroops;
}

/** Results come in apply order, envelopes in hash order: the hash joins them. */
function* appliedTransactions(
  raw: RawLedger,
  meta: CloseMeta,
  networkPassphrase: string,
): Generator<AppliedTransaction> {
  const networkId = sha256(Buffer.from(networkPassphrase));
  const envelopes = new Map<string, Envelope>();
  for (const spans of meta.envelopes) {
    const envelope = readEnvelope(spans, raw.bytes, networkId);
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

function requireFit(
  raw: RawLedger,
  { transactionHash }: TransactionResultPairWire,
  envelope: Envelope,
  outcome: TransactionOutcome,
): void {
  const asked = envelope.operations.length;
  const answered = outcome.operations?.length ?? asked;
  if (asked !== answered) {
    throw inconsistent(
      raw,
      `${answered} operation results of transaction ${hex(transactionHash)}`,
      `${asked}`,
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
    found: `a result of transaction ${hash}, to which no envelope hashes, in ${raw.origin}`,
    expected: `transactions of the network "${networkPassphrase}"`,
    action: 'check that the source belongs to this network, or name the right passphrase',
  });
}

function headerFacts({ hash, header }: CloseMeta): LedgerHeaderFacts {
  return {
    sequence: header.ledgerSeq as LedgerSequence,
    hash: hex(hash),
    previousHash: hex(header.previousLedgerHash),
    closedAt: Number(header.scpValue.closeTime) * 1000,
    protocolVersion: header.ledgerVersion,
    baseFee: BigInt(header.baseFee) as Stroops,
    baseReserve: BigInt(header.baseReserve) as Stroops,
    totalCoins: header.totalCoins as Stroops,
    feePool: header.feePool as Stroops,
  };
}
