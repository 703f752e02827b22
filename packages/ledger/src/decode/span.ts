import { BaseType, type Reader, type Writer, type XdrType } from '@stellar/js-xdr';

/** A decoded value with the place of its bytes in the input: hashes are taken of the bytes as they came. */
export interface Span<T> {
  readonly value: T;
  readonly start: number;
  readonly end: number;
}

export function spanned<T>(type: XdrType<T>): XdrType<Span<T>> {
  return new SpannedType(type);
}

class SpannedType<T> extends BaseType<Span<T>> {
  readonly kind = 'span';
  readonly #type: XdrType<T>;

  constructor(type: XdrType<T>) {
    super(type.name);
    this.#type = type;
  }

  override _read(reader: Reader, path: string): Span<T> {
    const start = reader.offset;
    const value = this.#type._read(reader, path);
    return { value, start, end: reader.offset };
  }

  override _write(span: Span<T>, writer: Writer, path: string): void {
    this.#type._write(span.value, writer, path);
  }
}
