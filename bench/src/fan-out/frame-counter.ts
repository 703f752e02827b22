const TEXT = 1;
const PING = 9;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** Counts the text frames and the pings in the bytes that a server sends, whose frames are not masked. It looks at their heads only. */
export class FrameCounter {
  texts = 0;
  pings = 0;
  #skip = 0;
  #head = Buffer.alloc(0);

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      const head =
        this.#head.length === 0 ? chunk.subarray(at) : Buffer.concat([this.#head, chunk.subarray(at)]);
      const length = headLength(head);
      if (length === undefined) {
        this.#head = Buffer.from(head);
        return;
      }
      at += length - this.#head.length;
      this.#head = Buffer.alloc(0);
      this.#skip = payloadLength(head);
      const opcode = head.readUInt8(0) & 15;
      if (opcode === TEXT) this.texts += 1;
      else if (opcode === PING) this.pings += 1;
    }
  }
}

/** Undefined while it is not whole. */
function headLength(bytes: Buffer): number | undefined {
  if (bytes.length < 2) return undefined;
  const code = bytes.readUInt8(1) & 127;
  const length = code === LENGTH_64 ? 10 : code === LENGTH_16 ? 4 : 2;
  return bytes.length < length ? undefined : length;
}

function payloadLength(head: Buffer): number {
  const code = head.readUInt8(1) & 127;
  if (code === LENGTH_16) return head.readUInt16BE(2);
  return code === LENGTH_64 ? Number(head.readBigUInt64BE(2)) : code;
}
