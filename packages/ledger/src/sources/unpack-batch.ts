import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { LedgerError, type LedgerErrorCode } from '../errors.ts';
import { ZstdFormatError, zstdFrames } from './zstd-frames.ts';

/** About as much as ledgers shrink, or more. */
const USUAL_RATIO = 6;
const SMALLEST_PIECE = 256 * 1024;
const LARGEST_PIECE = 64 * 1024 * 1024;

const decompress = promisify(zstdDecompress);

/** What the batch's name says. */
export interface BatchLabel {
  readonly first: number;
  readonly last: number;
  readonly origin: string;
  /** The ledger that the caller wants, for messages. */
  readonly wanted: number;
}

/**
 * Decompresses a batch: one zstd frame or several, perhaps with skippable frames, and nothing else.
 *
 * @throws LedgerError `ledger_corrupt`: truncated, not zstd, followed by other bytes, or larger than `maxBytes` unpacked
 */
export async function unpackBatch(packed: Buffer, label: BatchLabel, maxBytes: number): Promise<Buffer> {
  try {
    return await unpack(packed, maxBytes);
  } catch (error) {
    const { found, action } = describeZstdError(error, packed.length, maxBytes);
    throw batchError('ledger_corrupt', label, { found, expected: 'zstd frames', action, cause: error });
  }
}

async function unpack(packed: Buffer, maxBytes: number): Promise<Buffer> {
  const unpacked: Buffer[] = [];
  let left = maxBytes;
  for (const frame of zstdFrames(packed)) {
    // Room for all of it: what is unpacked into several pieces is copied together afterwards.
    const chunkSize = Math.min(LARGEST_PIECE, Math.max(SMALLEST_PIECE, frame.length * USUAL_RATIO));
    const bytes = await decompress(frame, {
      // Zero is no limit that Node accepts.
      maxOutputLength: Math.max(1, left),
      rejectGarbageAfterEnd: true,
      chunkSize,
    });
    unpacked.push(bytes);
    left -= bytes.length;
  }
  const [only] = unpacked;
  return unpacked.length === 1 && only !== undefined ? only : Buffer.concat(unpacked);
}

export const FETCH_AGAIN = 'fetch the file again or read from another lake';

/** The fault of a batch file; `found` is completed with its place. */
export function batchError(
  code: LedgerErrorCode,
  label: BatchLabel,
  facts: { found: string; expected: string; action: string; cause?: unknown },
): LedgerError {
  return new LedgerError(code, {
    ...facts,
    ledger: label.wanted,
    found: `${facts.found} in ${label.origin}`,
  });
}

function describeZstdError(error: unknown, length: number, maxBytes: number) {
  if (error instanceof ZstdFormatError) return { found: error.message, action: FETCH_AGAIN };
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  switch (code) {
    case 'Z_BUF_ERROR':
      return { found: `a file that ends early, after ${length} bytes`, action: FETCH_AGAIN };
    case 'ERR_BUFFER_TOO_LARGE':
      return {
        found: `${length} bytes that unpack to more than ${maxBytes}`,
        action: 'check that file; if batches really are that large, raise maxBatchBytes',
      };
    default:
      return { found: `${length} bytes that zstd refuses (${code})`, action: FETCH_AGAIN };
  }
}
