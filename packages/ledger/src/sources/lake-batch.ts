import { LedgerCloseMeta } from '@stellar/stellar-sdk/xdr';
import { closeMetaReader } from '../close-meta-reader.ts';
import type { LedgerSequence } from '../brands.ts';
import { unreadableLedger, type LedgerError } from '../errors.ts';
import { skipLedgerCloseMeta } from '../reader/skip.generated.ts';
import { protocolOf, requireLabel } from './ledger-header.ts';
import type { RawLedger } from './ledger-source.ts';
import { batchError, FETCH_AGAIN, type BatchLabel } from './unpack-batch.ts';

/** startSequence, endSequence and the number of ledgers: three uint32. */
const HEADER_BYTES = 12;

/**
 * The ledgers of a `LedgerCloseMetaBatch`, each cut out on demand: the end of one of several is found by a walk through it.
 *
 * @throws LedgerError `ledger_corrupt`, `ledger_mislabelled`, `ledger_unsupported`
 */
export function* ledgersOfBatch(batch: Buffer, label: BatchLabel): Generator<RawLedger> {
  const { start, count } = readBatchHeader(batch, label);
  let begin = HEADER_BYTES;
  for (let index = 0; index < count; index++) {
    const sequence = (start + index) as LedgerSequence;
    // A single ledger is the rest of the file; its decoder checks the end.
    const end = count > 1 ? endOfLedger(batch, begin, sequence, label.origin) : batch.length;
    const raw = { sequence, bytes: batch.subarray(begin, end), origin: label.origin };
    requireLabel(raw);
    yield raw;
    begin = end;
  }
  if (begin < batch.length) {
    throw corrupt(label, `${batch.length - begin} bytes after the last ledger`, 'the end of the batch');
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
    throw batchError('ledger_mislabelled', label, {
      found: `a batch of ledgers ${start} to ${end}`,
      expected: `ledgers ${label.first} to ${label.last}, as its name says`,
      action: 'repair the lake, or read from another one',
    });
  }
  if (count !== end - start + 1) {
    throw corrupt(label, `${count} ledgers`, `${end - start + 1} ledgers, from ${start} to ${end}`);
  }
  return { start, count };
}

function endOfLedger(batch: Buffer, begin: number, sequence: number, origin: string): number {
  const rest = batch.subarray(begin);
  return begin + (skippedBytes(rest) ?? decodedBytes(rest, sequence, origin));
}

/** Null if the bytes are not what this build can skip; the SDK knows more, and says what is wrong. */
function skippedBytes(rest: Buffer): number | null {
  try {
    const end = skipLedgerCloseMeta(new DataView(rest.buffer, rest.byteOffset, rest.byteLength), 0);
    return end <= rest.length ? end : null;
  } catch {
    return null;
  }
}

function decodedBytes(rest: Buffer, sequence: number, origin: string): number {
  const reader = closeMetaReader(rest);
  try {
    LedgerCloseMeta.schema._read(reader, 'LedgerCloseMeta');
  } catch (error) {
    throw unreadableLedger(error, sequence, origin, protocolOf(rest));
  }
  return reader.offset;
}

function corrupt(label: BatchLabel, found: string, expected: string): LedgerError {
  return batchError('ledger_corrupt', label, { found, expected, action: FETCH_AGAIN });
}
