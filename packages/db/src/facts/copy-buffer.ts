/* The rows of a COPY in Postgres' binary format, as messages of its protocol. */

/** A message ends with the row that makes it longer than this. The server reads each as a whole. */
const MESSAGE_BYTES = 32_768;
/** More than most rows take, with what surrounds them. */
const BYTES_A_ROW = 200;
const SIGNATURE = Buffer.from('PGCOPY\n\xFF\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const COPY_DATA = 'd'.charCodeAt(0);
const COPY_DONE = 'c'.charCodeAt(0);
const HEADER_BYTES = 5;
const NO_VALUE = -1;
const INT4_OID = 23;
const NUMERIC_NEGATIVE = 0x4000;
/** Postgres counts microseconds from 2000-01-01. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/** Grows with the rows that are written into it. Numbers that do not fit throw a RangeError. */
export class CopyBuffer {
  #bytes: Buffer;
  #view: DataView;
  #length = 0;
  /** Where the message begins that is being written. */
  #message = 0;

  /** @param rows how many are expected */
  constructor(rows: number) {
    this.#bytes = Buffer.allocUnsafe((rows + 1) * BYTES_A_ROW);
    this.#view = viewOf(this.#bytes);
    this.#beginMessage();
    this.#length += SIGNATURE.copy(this.#bytes, this.#length);
  }

  beginRow(columns: number): void {
    if (this.#length - this.#message > MESSAGE_BYTES) {
      this.#endMessage();
      this.#beginMessage();
    }
    this.#reserve(2);
    this.#putInt2(columns);
  }

  /** Ends the rows. Returns all messages; nothing may be written any more. */
  end(): Buffer {
    this.beginRow(NO_VALUE);
    this.#endMessage();
    this.#reserve(HEADER_BYTES);
    this.#bytes[this.#length] = COPY_DONE;
    this.#view.setInt32(this.#length + 1, HEADER_BYTES - 1);
    return this.#bytes.subarray(0, this.#length + HEADER_BYTES);
  }

  null(): void {
    this.#size(NO_VALUE);
  }

  boolean(value: boolean): void {
    this.#size(1);
    this.#bytes[this.#length++] = value ? 1 : 0;
  }

  int2(value: number): void {
    if ((value << 16) >> 16 !== value) throw outOfRange('int2', value);
    this.#size(2);
    this.#putInt2(value);
  }

  int4(value: number): void {
    if ((value | 0) !== value) throw outOfRange('int4', value);
    this.#size(4);
    this.#putInt4(value);
  }

  int8(value: bigint | number): void {
    const whole = typeof value === 'bigint' ? value : BigInt(value);
    if (BigInt.asIntN(64, whole) !== whole) throw outOfRange('int8', value);
    this.#size(8);
    this.#view.setBigInt64(this.#length, whole);
    this.#length += 8;
  }

  text(value: string): void {
    this.#size(Buffer.byteLength(value));
    this.#length += this.#bytes.write(value, this.#length);
  }

  letter(value: string): void {
    this.#size(1);
    this.#bytes[this.#length++] = value.charCodeAt(0);
  }

  bytea(value: Uint8Array): void {
    this.#size(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Bytes, by their hex digits. */
  hex(digits: string): void {
    const bytes = digits.length / 2;
    this.#size(bytes);
    if (this.#bytes.write(digits, this.#length, 'hex') !== bytes) {
      throw new TypeError(`found "${digits}", expected hex digits`);
    }
    this.#length += bytes;
  }

  timestamp(value: Date): void {
    this.int8((value.getTime() - POSTGRES_EPOCH_MS) * 1000);
  }

  /** A whole number, as groups of four decimal digits. */
  numeric(value: bigint): void {
    const isNegative = value < 0n;
    const digits = (isNegative ? -value : value).toString();
    const groups = Math.ceil(digits.length / 4);
    const padded = digits.padStart(groups * 4, '0');
    this.#size(8 + groups * 2);
    for (const header of [groups, groups - 1, isNegative ? NUMERIC_NEGATIVE : 0, 0]) this.#putInt2(header);
    for (let at = 0; at < padded.length; at += 4) this.#putInt2(Number(padded.slice(at, at + 4)));
  }

  int4Array(values: readonly number[]): void {
    this.#size(20 + values.length * 8);
    const dimensions = values.length === 0 ? 0 : 1;
    for (const header of [dimensions, 0, INT4_OID, values.length, 1]) this.#putInt4(header);
    for (const value of values) this.int4(value);
  }

  /** The bytes of the value that follows, or -1. */
  #size(bytes: number): void {
    this.#reserve(4 + (bytes > 0 ? bytes : 0));
    this.#putInt4(bytes);
  }

  #putInt2(value: number): void {
    this.#view.setInt16(this.#length, value);
    this.#length += 2;
  }

  #putInt4(value: number): void {
    this.#view.setInt32(this.#length, value);
    this.#length += 4;
  }

  #beginMessage(): void {
    this.#reserve(HEADER_BYTES);
    this.#message = this.#length;
    this.#bytes[this.#length] = COPY_DATA;
    this.#length += HEADER_BYTES;
  }

  /** A message's length counts itself, but not the letter before it. */
  #endMessage(): void {
    this.#view.setInt32(this.#message + 1, this.#length - this.#message - 1);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#length + bytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
    this.#view = viewOf(larger);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function outOfRange(type: string, value: bigint | number): RangeError {
  return new RangeError(`found ${value}, expected a number that ${type} can hold`);
}
