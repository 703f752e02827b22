import { BaseType, type Reader, type Writer, type XdrType } from '@stellar/js-xdr';

/** A decoded value and where its bytes lie in the input: hashes are taken of the bytes as they came. */
export interface ByteRange<T> {
  readonly value: T;
  readonly start: number;
  readonly end: number;
}

/** Decodes what `type` does, and keeps the range of its bytes. */
export function byteRange<T>(type: XdrType<T>): XdrType<ByteRange<T>> {
  return new ByteRangeType(type);
}

class ByteRangeType<T> extends BaseType<ByteRange<T>> {
  readonly kind = 'byteRange';
  readonly #type: XdrType<T>;

  constructor(type: XdrType<T>) {
    super(type.name);
    this.#type = type;
  }

  override _read(reader: Reader, path: string): ByteRange<T> {
    const start = reader.offset;
    const value = this.#type._read(reader, path);
    return { value, start, end: reader.offset };
  }

  override _write(range: ByteRange<T>, writer: Writer, path: string): void {
    this.#type._write(range.value, writer, path);
  }
}
