import type { Reader } from '@stellar/js-xdr';
import { LedgerCloseMeta } from '@stellar/stellar-sdk/xdr';
import { closeMetaReader } from '../close-meta-reader.ts';
import type { LedgerSequence } from '../brands.ts';
import { unreadableLedger, type LedgerError } from '../errors.ts';
import { protocolOf, requireLabel } from './ledger-header.ts';
import type { RawLedger } from './ledger-source.ts';
import { batchError, FETCH_AGAIN, type BatchLabel } from './unpack-batch.ts';

/** startSequence, endSequence and the number of ledgers: three uint32. */
const HEADER_BYTES = 12;

/**
 * The ledgers of a `LedgerCloseMetaBatch`, each cut out on demand: to find the end of one of several takes a full
 * decode.
 *
 * @throws LedgerError `ledger_corrupt`, `ledger_mislabelled`, `ledger_unsupported`
 */
export function* ledgersOfBatch(batch: Buffer, label: BatchLabel): Generator<RawLedger> {
  const { start, count } = readBatchHeader(batch, label);
  const reader = closeMetaReader(batch);
  reader.readBytes(HEADER_BYTES, 'LedgerCloseMetaBatch');
  for (let index = 0; index < count; index++) {
    const sequence = (start + index) as LedgerSequence;
    const begin = reader.offset;
    // A single ledger is the rest of the file; its decoder checks the end.
    if (count > 1) skipLedger(reader, batch, sequence, label.origin);
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

function skipLedger(reader: Reader, batch: Buffer, sequence: number, origin: string): void {
  const begin = reader.offset;
  try {
    LedgerCloseMeta.schema._read(reader, 'LedgerCloseMeta');
  } catch (error) {
    throw unreadableLedger(error, sequence, origin, protocolOf(batch.subarray(begin)));
  }
}

function corrupt(label: BatchLabel, found: string, expected: string): LedgerError {
  return batchError('ledger_corrupt', label, { found, expected, action: FETCH_AGAIN });
}
