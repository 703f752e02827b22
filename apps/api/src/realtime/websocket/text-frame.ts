/** The opcode of a text, and the bit that says that the message has no other frame. */
const FINAL_TEXT = 0x81;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** The bytes of a message as a server sends it: one text frame, neither masked nor compressed (RFC 6455, 5.2). */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = headOf(length);
  const frame = Buffer.allocUnsafe(head.length + length);
  frame.set(head);
  frame.write(text, head.length);
  return frame;
}

function headOf(length: number): Buffer {
  if (length < LENGTH_16) return Buffer.from([FINAL_TEXT, length]);
  const is16 = length < 2 ** 16;
  const head = Buffer.alloc(is16 ? 4 : 10);
  head[0] = FINAL_TEXT;
  head[1] = is16 ? LENGTH_16 : LENGTH_64;
  if (is16) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}
