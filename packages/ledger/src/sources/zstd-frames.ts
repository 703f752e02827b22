const ZSTD_MAGIC = 0xfd2f_b528;
/** The lowest four bits of the magic number are free. */
const SKIPPABLE_MAGIC = 0x184d_2a50;
/** Bytes of the field, by the two bits of the frame header's descriptor. */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
const RLE_BLOCK = 1;

/** The bytes do not follow RFC 8878. */
export class ZstdFormatError extends Error {
  override readonly name = 'ZstdFormatError';
  readonly code = 'zstd_format';
  readonly retryable = false;
}

/**
 * The zstd frames of a file, each with its own bytes; skippable frames are left out. Node decompresses one frame and calls
 * any further one garbage, while RFC 8878 lets a file have several.
 *
 * @throws ZstdFormatError
 */
export function zstdFrames(file: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  if (file.length === 0) throw endsEarly(file);
  for (let start = 0; start < file.length;) {
    const rest = new Fields(file, start);
    const magic = rest.uint(4);
    if (magic >>> 4 === SKIPPABLE_MAGIC >>> 4) {
      rest.skip(rest.uint(4));
    } else if (magic === ZSTD_MAGIC) {
      skipFrame(rest);
      frames.push(file.subarray(start, rest.offset));
    } else {
      throw new ZstdFormatError(start === 0 ? 'no zstd frame' : 'further bytes after the zstd frame');
    }
    start = rest.offset;
  }
  if (frames.length === 0) throw new ZstdFormatError('skippable frames alone');
  return frames;
}

function endsEarly(file: Buffer): ZstdFormatError {
  return new ZstdFormatError(`a file that ends early, after ${file.length} bytes`);
}

/** RFC 8878 sections 3.1.1.1 and 3.1.1.2: the header, blocks up to the last one, and perhaps a checksum. */
function skipFrame(fields: Fields): void {
  const descriptor = fields.uint(1);
  const singleSegment = (descriptor & 0x20) !== 0;
  const contentSizeBytes = CONTENT_SIZE_BYTES[descriptor >>> 6] ?? 0;
  fields.skip(singleSegment ? 0 : 1);
  fields.skip(DICTIONARY_ID_BYTES[descriptor & 3] ?? 0);
  fields.skip(singleSegment ? Math.max(1, contentSizeBytes) : contentSizeBytes);
  for (let last = false; !last;) {
    const header = fields.uint(3);
    last = (header & 1) !== 0;
    const type = (header >>> 1) & 3;
    fields.skip(type === RLE_BLOCK ? 1 : header >>> 3);
  }
  fields.skip((descriptor & 4) !== 0 ? 4 : 0);
}

/** Little-endian numbers, one after the other. */
class Fields {
  readonly #bytes: Buffer;
  offset: number;

  constructor(bytes: Buffer, offset: number) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  uint(length: number): number {
    const at = this.offset;
    this.skip(length);
    return this.#bytes.readUIntLE(at, length);
  }

  skip(length: number): void {
    if (this.offset + length > this.#bytes.length) throw endsEarly(this.#bytes);
    this.offset += length;
  }
}
