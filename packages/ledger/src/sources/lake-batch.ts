import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { Reader } from '@stellar/js-xdr';
import { LedgerCloseMeta } from '@stellar/stellar-sdk/xdr';
import type { LedgerSequence } from '../brands.ts';
import { LedgerError, unreadableLedger, type LedgerErrorCode } from '../errors.ts';
import { requireLabel } from './ledger-header.ts';
import type { RawLedger } from './ledger-source.ts';

const decompress = promisify(zstdDecompress);

/** startSequence, endSequence and the number of ledgers: three uint32. */
const HEADER_BYTES = 12;

/** What the batch's name says. */
export interface BatchLabel {
  readonly first: number;
  readonly last: number;
  readonly origin: string;
  /** The ledger that the caller wants, for messages. */
  readonly wanted: number;
}

/**
 * Decompresses a batch: one zstd frame, and nothing after it.
 *
 * @throws LedgerError `ledger_corrupt`: truncated, not zstd, followed by other bytes, or larger than `maxBytes` unpacked
 */
export async function unpackBatch(packed: Buffer, label: BatchLabel, maxBytes: number): Promise<Buffer> {
  try {
    return await decompress(packed, {
      maxOutputLength: maxBytes,
      rejectGarbageAfterEnd: true,
      chunkSize: 256 * 1024,
    });
  } catch (error) {
    const { found, action } = describeZstdError(error, packed.length, maxBytes);
    throw batchError('ledger_corrupt', label, found, 'one zstd frame', action, error);
  }
}

/**
 * The ledgers of a `LedgerCloseMetaBatch`, each cut out on demand: to find the end of one of several takes a full
 * decode.
 *
 * @throws LedgerError `ledger_corrupt`, `ledger_mislabelled`, `ledger_unsupported`
 */
export function* ledgersOfBatch(batch: Buffer, label: BatchLabel): Generator<RawLedger> {
  const { start, count } = readBatchHeader(batch, label);
  const reader = new Reader(batch);
  reader.readBytes(HEADER_BYTES, 'LedgerCloseMetaBatch');
  for (let index = 0; index < count; index++) {
    const sequence = (start + index) as LedgerSequence;
    const begin = reader.offset;
    // A single ledger is the rest of the file; its decoder checks the end.
    if (count > 1) skipLedger(reader, sequence, label.origin);
    const bytes = count > 1 ? batch.subarray(begin, reader.offset) : batch.subarray(begin);
    const raw = { sequence, bytes, origin: label.origin };
    requireLabel(raw);
    yield raw;
  }
  if (count > 1 && reader.remaining > 0) {
    throw corrupt(label, `${reader.remaining} bytes after the last ledger`, 'the end of the batch');
  }
}

function readBatchHeader(batch: Buffer, label: BatchLabel): { start: number; count: number } {
  if (batch.length < HEADER_BYTES) {
    throw corrupt(label, `${batch.length} bytes`, `a batch of at least ${HEADER_BYTES} bytes`);
  }
  const start = batch.readUInt32BE(0);
  const end = batch.readUInt32BE(4);
  const count = batch.readUInt32BE(8);
  // No network has metadata of ledgers 0 and 1, so a batch named from 0 starts at 2.
  const startsRight = start === label.first || (label.first < 2 && start <= 2);
  if (!startsRight || end !== label.last) {
    const found = `a batch of ledgers ${start} to ${end}`;
    const expected = `ledgers ${label.first} to ${label.last}, as its name says`;
    throw batchError(
      'ledger_mislabelled',
      label,
      found,
      expected,
      'repair the lake, or read from another one',
    );
  }
  if (count !== end - start + 1) {
    throw corrupt(label, `${count} ledgers`, `${end - start + 1} ledgers, from ${start} to ${end}`);
  }
  return { start, count };
}

function skipLedger(reader: Reader, sequence: number, origin: string): void {
  try {
    LedgerCloseMeta.schema._read(reader, 'LedgerCloseMeta');
  } catch (error) {
    throw unreadableLedger(error, sequence, origin);
  }
}

function describeZstdError(error: unknown, length: number, maxBytes: number) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const fetchAgain = 'fetch the file again or read from another lake';
  switch (code) {
    case 'Z_BUF_ERROR':
      return { found: `a file that ends early, after ${length} bytes`, action: fetchAgain };
    case 'ERR_TRAILING_JUNK_AFTER_STREAM_END':
      return { found: 'further bytes after the zstd frame', action: fetchAgain };
    case 'ERR_BUFFER_TOO_LARGE':
      return {
        found: `${length} bytes that unpack to more than ${maxBytes}`,
        action: 'check that file; if batches really are that large, raise maxBatchBytes',
      };
    default:
      return { found: `${length} bytes that zstd refuses (${code})`, action: fetchAgain };
  }
}

function corrupt(label: BatchLabel, found: string, expected: string): LedgerError {
  return batchError(
    'ledger_corrupt',
    label,
    found,
    expected,
    'fetch the file again or read from another lake',
  );
}

function batchError(
  code: LedgerErrorCode,
  label: BatchLabel,
  found: string,
  expected: string,
  action: string,
  cause?: unknown,
): LedgerError {
  const facts = { ledger: label.wanted, found: `${found} in ${label.origin}`, expected, action };
  return new LedgerError(code, { ...facts, cause });
}
