/* The rows of a COPY in Postgres' binary format. */

/** Small, so that the server works on the first rows while the next ones are being written. */
const CHUNK_BYTES = 16_384;
const SIGNATURE = Buffer.from('PGCOPY\n\xFF\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const NO_VALUE = -1;
const INT4_OID = 23;
/** Postgres counts microseconds from 2000-01-01. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/** One buffer that is filled with rows and sent again and again: `filled` says when, and `clear` when it was sent. */
export class CopyBuffer {
  #buffer = Buffer.allocUnsafe(2 * CHUNK_BYTES);
  #length = SIGNATURE.copy(this.#buffer);

  /** Whether there is enough to send. */
  get filled(): boolean {
    return this.#length >= CHUNK_BYTES;
  }

  /** What was written since the last `clear`. It is valid until something else is written. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  beginRow(columns: number): void {
    this.#reserve(2);
    this.#length = this.#buffer.writeInt16BE(columns, this.#length);
  }

  /** After the last row. */
  endRows(): void {
    this.beginRow(NO_VALUE);
  }

  null(): void {
    this.#size(NO_VALUE);
  }

  boolean(value: boolean): void {
    this.#size(1);
    this.#length = this.#buffer.writeUInt8(value ? 1 : 0, this.#length);
  }

  int2(value: number): void {
    this.#size(2);
    this.#length = this.#buffer.writeInt16BE(value, this.#length);
  }

  int4(value: number): void {
    this.#size(4);
    this.#length = this.#buffer.writeInt32BE(value, this.#length);
  }

  int8(value: bigint | number): void {
    this.#size(8);
    const whole = typeof value === 'bigint' ? value : BigInt(value);
    this.#length = this.#buffer.writeBigInt64BE(whole, this.#length);
  }

  text(value: string): void {
    this.#size(Buffer.byteLength(value));
    this.#length += this.#buffer.write(value, this.#length);
  }

  letter(value: string): void {
    this.#size(1);
    this.#length = this.#buffer.writeUInt8(value.charCodeAt(0), this.#length);
  }

  bytea(value: Uint8Array): void {
    this.#size(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  timestamp(value: Date): void {
    this.int8((value.getTime() - POSTGRES_EPOCH_MS) * 1000);
  }

  /** A whole number that is not negative, as groups of four decimal digits. */
  numeric(value: bigint): void {
    const digits = value.toString();
    const groups = Math.ceil(digits.length / 4);
    const padded = digits.padStart(groups * 4, '0');
    this.#size(8 + groups * 2);
    for (const header of [groups, groups - 1, 0, 0]) {
      this.#length = this.#buffer.writeInt16BE(header, this.#length);
    }
    for (let at = 0; at < padded.length; at += 4) {
      this.#length = this.#buffer.writeInt16BE(Number(padded.slice(at, at + 4)), this.#length);
    }
  }

  int4Array(values: readonly number[]): void {
    this.#size(20 + values.length * 8);
    const dimensions = values.length === 0 ? 0 : 1;
    for (const header of [dimensions, 0, INT4_OID, values.length, 1]) {
      this.#length = this.#buffer.writeInt32BE(header, this.#length);
    }
    for (const value of values) this.int4(value);
  }

  /** The bytes of the value that follows, or -1. */
  #size(bytes: number): void {
    this.#reserve(4 + Math.max(0, bytes));
    this.#length = this.#buffer.writeInt32BE(bytes, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
