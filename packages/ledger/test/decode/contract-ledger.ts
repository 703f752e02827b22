import { createHash } from 'node:crypto';
import {
  LedgerHeader,
  LedgerHeaderExt,
  LedgerHeaderHistoryEntry,
  LedgerHeaderHistoryEntryExt,
  StellarValue,
  StellarValueExt,
} from '@stellar/stellar-sdk/xdr';

const zero = Buffer.alloc(32);
const none = int(0);
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** XDR of an `int` or `unsigned int`. */
export function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** XDR of the call of a contract: address, the function `f`, and these arguments (XDR of `SCVal`). */
export function contractCall(...args: Buffer[]): Buffer {
  return Buffer.concat([int(1), zero, int(1), Buffer.from('f\0\0\0'), int(args.length), ...args]);
}

/**
 * XDR of a `LedgerCloseMeta` of version 1 with one failed transaction, which calls a contract. Its hashes are right.
 *
 * @param authorized XDR of a `SorobanAuthorizedInvocation`
 */
export function contractLedger(
  sequence: number,
  passphrase: string,
  { call, authorized, protocol = 28 }: { call: Buffer; authorized: Buffer; protocol?: number },
): Buffer {
  const invokeContract = Buffer.concat([none, call]);
  const authorization = Buffer.concat([int(1), none, authorized]);
  const operation = Buffer.concat([none, int(24), invokeContract, authorization]);
  const fee = int(100);
  const sequenceNumber = Buffer.concat([none, int(1)]);
  const [preconditions, memo, extension] = [none, none, none];
  const transaction = Buffer.concat([
    Buffer.concat([none, zero, fee, sequenceNumber, preconditions, memo]),
    Buffer.concat([int(1), operation, extension]),
  ]);
  const transactionHash = sha256(Buffer.concat([sha256(Buffer.from(passphrase)), int(2), transaction]));

  const envelope = Buffer.concat([int(2), transaction, none]);
  const component = Buffer.concat([none, none, int(1), envelope]);
  const phase = Buffer.concat([none, int(1), component]);
  const set = Buffer.concat([int(1), zero, int(1), phase]);

  const trapped = Buffer.concat([none, int(24), int(-2)]);
  const result = Buffer.concat([transactionHash, none, fee, int(-1), int(1), trapped, none]);
  const noChanges = Buffer.concat([none, none, none]);
  const closing = Buffer.concat([none, none, none, none, none, none]);
  const header = headerOf(sequence, protocol, sha256(set), sha256(Buffer.concat([int(1), result])));
  return Buffer.concat([int(1), none, header, set, int(1), result, noChanges, closing]);
}

function headerOf(sequence: number, protocol: number, txSetHash: Buffer, txSetResultHash: Buffer): Buffer {
  const header = new LedgerHeader({
    ledgerVersion: protocol,
    previousLedgerHash: zero,
    scpValue: new StellarValue({
      txSetHash,
      closeTime: BigInt(sequence),
      upgrades: [],
      ext: StellarValueExt.stellarValueBasic(),
    }),
    txSetResultHash,
    bucketListHash: zero,
    ledgerSeq: sequence,
    totalCoins: 0n,
    feePool: 0n,
    inflationSeq: 0,
    idPool: 0n,
    baseFee: 100,
    baseReserve: 5_000_000,
    maxTxSetSize: 100,
    skipList: [zero, zero, zero, zero],
    ext: LedgerHeaderExt.v0(),
  });
  const entry = new LedgerHeaderHistoryEntry({
    hash: sha256(Buffer.from(header.toXdr())),
    header,
    ext: LedgerHeaderHistoryEntryExt.v0(),
  });
  return Buffer.from(entry.toXdr());
}
