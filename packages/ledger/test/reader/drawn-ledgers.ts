import { createHash } from 'node:crypto';
import {
  DecoratedSignature,
  LedgerCloseMetaExt,
  LedgerEntry,
  LedgerEntryChange,
  LedgerHeader,
  LedgerHeaderHistoryEntryExt,
  LedgerKey,
  MuxedAccount,
  OperationResult,
  OperationResultTr,
  ScpHistoryEntry,
  Transaction,
  TransactionMeta,
  TransactionResultResult,
  TransactionV0,
  UpgradeEntryMeta,
} from '@stellar/stellar-sdk/xdr';
import { armSchema, schemaOf, type Schema } from '../../generate/schema.ts';
import { int, type DrawnBytes } from './drawn-bytes.ts';

const NONE = int(0);
const SOME = int(1);
const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const schema = (type: { readonly schema: unknown }): Schema => schemaOf(type.schema as never);

interface DrawnTransaction {
  readonly envelope: Buffer;
  readonly hash: Buffer;
  readonly innerHash: Buffer | null;
  /** The types of its operations. */
  readonly operations: readonly number[];
}

/** A `LedgerCloseMetaBatch` of one to three random ledgers. */
export function drawnBatch(draws: DrawnBytes, passphrase: string) {
  const first = 2 + draws.below(1_000_000);
  const ledgers = Array.from({ length: 1 + draws.below(3) }, (_, place) =>
    drawnLedger(draws, first + place, passphrase),
  );
  const last = first + ledgers.length - 1;
  const bytes = Buffer.concat([int(first), int(last), int(ledgers.length), ...ledgers]);
  return { first, last, bytes };
}

/** A random ledger of any version: its hashes are right, and its results are those of its envelopes. */
function drawnLedger(draws: DrawnBytes, sequence: number, passphrase: string): Buffer {
  const version = draws.below(3);
  const networkId = sha256(Buffer.from(passphrase));
  const transactions = Array.from({ length: draws.below(5) }, () => drawnTransaction(draws, networkId));
  const results = transactions
    .toSorted(() => draws.below(3) - 1)
    .map((transaction) => drawnResult(draws, transaction));
  const [set, setHash] = version === 0 ? plainSet(draws, transactions) : generalizedSet(draws, transactions);

  const list = (type: { readonly schema: unknown }) => draws.array(schema(type), draws.below(3));
  const resultsHash = sha256(int(results.length), ...results);
  const header = drawnHeader(draws, sequence, { setHash, resultsHash, isEmpty: results.length === 0 });
  const processing = results.map((result) =>
    Buffer.concat([
      version === 2 ? NONE : Buffer.alloc(0),
      result,
      list(LedgerEntryChange),
      draws.of(TransactionMeta),
      version === 2 ? list(LedgerEntryChange) : Buffer.alloc(0),
    ]),
  );
  return Buffer.concat([
    int(version),
    version === 0 ? Buffer.alloc(0) : draws.of(LedgerCloseMetaExt),
    header,
    set,
    int(results.length),
    ...processing,
    list(UpgradeEntryMeta),
    list(ScpHistoryEntry),
    ...(version === 0 ? [] : [Buffer.alloc(8), list(LedgerKey)]),
    ...(version === 1 ? [list(LedgerEntry)] : []),
  ]);
}

function drawnTransaction(draws: DrawnBytes, networkId: Buffer): DrawnTransaction {
  const signatures = draws.array(schema(DecoratedSignature), draws.below(3));
  if (draws.below(4) === 0) {
    const transaction = draws.of(TransactionV0);
    const operations = TransactionV0.schema.decode(transaction).operations.map(({ body }) => body.type);
    const hash = sha256(networkId, int(2), NONE, transaction);
    return { envelope: Buffer.concat([NONE, transaction, signatures]), hash, innerHash: null, operations };
  }
  const transaction = draws.of(Transaction);
  const operations = Transaction.schema.decode(transaction).operations.map(({ body }) => body.type);
  const hash = sha256(networkId, int(2), transaction);
  const envelope = Buffer.concat([int(2), transaction, signatures]);
  if (draws.below(3) > 0) return { envelope, hash, innerHash: null, operations };

  const feeBump = Buffer.concat([draws.of(MuxedAccount), Buffer.alloc(8), envelope, NONE]);
  return {
    envelope: Buffer.concat([int(5), feeBump, signatures]),
    hash: sha256(networkId, int(5), feeBump),
    innerHash: hash,
    operations,
  };
}

/** A `TransactionResultPair`. */
function drawnResult(draws: DrawnBytes, { hash, innerHash, operations }: DrawnTransaction): Buffer {
  const fee = Buffer.alloc(8, draws.below(256));
  const applied = (): Buffer => {
    const code = draws.pick([0, 0, 0, -1, -1, -3, -5, -9, -16]);
    if (code < -1) return int(code);
    const results = operations.map((type) => drawnOperationResult(draws, type, code === 0));
    return Buffer.concat([int(code), int(operations.length), ...results]);
  };
  const result =
    innerHash === null || draws.below(8) === 0
      ? applied()
      : Buffer.concat([int(draws.pick([1, -13])), innerHash, fee, applied(), NONE]);
  return Buffer.concat([hash, fee, draws.below(20) === 0 ? draws.of(TransactionResultResult) : result, NONE]);
}

function drawnOperationResult(draws: DrawnBytes, type: number, succeeds: boolean): Buffer {
  if (!succeeds && draws.below(4) === 0) return draws.of(OperationResult);
  const byType = schema(OperationResultTr);
  if (byType.kind !== 'union') throw new TypeError('OperationResultTr is no union');
  const arm = byType.cases.find(({ discriminant }) => discriminant === type);
  if (arm === undefined) throw new TypeError(`no result of operation type ${type}`);
  const result = armSchema(arm.arm);
  if (result.kind !== 'union') throw new TypeError(`the result of operation type ${type} is no union`);
  const success = result.cases.find(({ discriminant }) => discriminant === 0);
  const body =
    success !== undefined && (succeeds || draws.below(2) === 0)
      ? Buffer.concat([NONE, draws.value(armSchema(success.arm))])
      : draws.value(result);
  return Buffer.concat([NONE, int(type), body]);
}

function plainSet(draws: DrawnBytes, transactions: readonly DrawnTransaction[]): [Buffer, Buffer] {
  const previous = Buffer.alloc(32, draws.below(256));
  const envelopes = transactions.map(({ envelope }) => envelope);
  return [Buffer.concat([previous, int(envelopes.length), ...envelopes]), sha256(previous, ...envelopes)];
}

/** Two phases: the first with components, the second perhaps with stages and clusters. */
function generalizedSet(draws: DrawnBytes, transactions: readonly DrawnTransaction[]): [Buffer, Buffer] {
  const envelopes = transactions.map(({ envelope }) => envelope);
  const classic = envelopes.slice(0, draws.below(envelopes.length + 1));
  const others = envelopes.slice(classic.length);
  const baseFee = () => (draws.below(2) === 0 ? NONE : Buffer.concat([SOME, Buffer.alloc(8, 1)]));
  const list = (some: readonly Buffer[]) => Buffer.concat([int(some.length), ...some]);
  const components = (some: readonly Buffer[]) =>
    Buffer.concat([NONE, list([Buffer.concat([NONE, baseFee(), list(some)])])]);
  const stages = (some: readonly Buffer[]) =>
    Buffer.concat([SOME, baseFee(), list([list([list(some.slice(0, 1)), list(some.slice(1))])])]);
  const second = draws.below(2) === 0 ? components(others) : stages(others);
  const set = Buffer.concat([SOME, Buffer.alloc(32), list([components(classic), second])]);
  return [set, sha256(set)];
}

/** A `LedgerHeaderHistoryEntry`. A network that agreed to apply nothing names no set. */
function drawnHeader(
  draws: DrawnBytes,
  sequence: number,
  { setHash, resultsHash, isEmpty }: { setHash: Buffer; resultsHash: Buffer; isEmpty: boolean },
): Buffer {
  const { scpValue, ...drawn } = LedgerHeader.schema.decode(draws.of(LedgerHeader));
  const header = Buffer.from(
    LedgerHeader.schema.encode({
      ...drawn,
      ledgerSeq: sequence,
      txSetResultHash: resultsHash,
      scpValue: { ...scpValue, txSetHash: scpValue.ext.v === 2 && isEmpty ? Buffer.alloc(32) : setHash },
    }),
  );
  return Buffer.concat([sha256(header), header, draws.of(LedgerHeaderHistoryEntryExt)]);
}
