import { sendCopy } from '../send-copy.ts';
import type { Transaction } from '../transaction.ts';

/* Rows of the log in the binary format of COPY. Their JSON is megabytes for a large ledger, so it is never copied. */

/** A row of the log, whose JSON is encoded. */
export interface LogRow {
  readonly firstId: bigint;
  readonly lastId: bigint;
  readonly json: Buffer;
}

export interface LogTimes {
  readonly createdAt: Date;
  readonly closedAt: Date;
}

const STATEMENT = `copy event_log (first_id, last_id, created_at, closed_at, events) from stdin (format binary)`;
const SIGNATURE = Buffer.from('PGCOPY\n\xFF\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const COLUMNS = 5;
/** A message's letter and length, a row's number of columns, and four columns of 8 bytes with their lengths. */
const HEAD_BYTES = 1 + 4 + 2 + 4 * (4 + 8) + 4;
const COPY_DATA = 'd'.charCodeAt(0);
const COPY_DONE = 'c'.charCodeAt(0);
/** Postgres counts microseconds from 2000-01-01. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/** The ids must have been taken from the log's head in this transaction. */
export async function copyEvents(tx: Transaction, rows: readonly LogRow[], times: LogTimes): Promise<void> {
  const messages = rows.flatMap((row) => [headOf(row, times), row.json]);
  await sendCopy(tx, STATEMENT, [message(SIGNATURE), ...messages, message(END_OF_ROWS), COPY_END]);
}

/** All of a row's message but its JSON, which is the last column. */
function headOf({ firstId, lastId, json }: LogRow, { createdAt, closedAt }: LogTimes): Buffer {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  // A message's length counts itself, but not the letter before it.
  let at = head.writeUInt8(COPY_DATA, 0);
  at = head.writeInt32BE(HEAD_BYTES - 1 + json.length, at);
  at = head.writeInt16BE(COLUMNS, at);
  for (const value of [firstId, lastId, microseconds(createdAt), microseconds(closedAt)]) {
    at = head.writeInt32BE(8, at);
    at = head.writeBigInt64BE(value, at);
  }
  head.writeInt32BE(json.length, at);
  return head;
}

function microseconds(time: Date): bigint {
  return BigInt(time.getTime() - POSTGRES_EPOCH_MS) * 1000n;
}

function message(content: Buffer): Buffer {
  const head = Buffer.allocUnsafe(5);
  head.writeInt32BE(content.length + 4, head.writeUInt8(COPY_DATA, 0));
  return Buffer.concat([head, content]);
}

const END_OF_ROWS = Buffer.from([0xff, 0xff]);
const COPY_END = Buffer.from([COPY_DONE, 0, 0, 0, 4]);
