/* A name of the network (SEP-23) is a version byte, a payload and a checksum, in base32. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const CODES = Buffer.from(ALPHABET);
/** By the code of a character; 32 for one that is none of these. */
const VALUES = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = ALPHABET.indexOf(String.fromCharCode(code));
  return value === -1 ? 32 : value;
});
const CHECKSUM_BYTES = 2;

const CRC_OF_BYTE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** The name that has this version and payload. */
export function encodeStrkey(version: number, payload: Uint8Array): string {
  const end = 1 + payload.length;
  const bytes = Buffer.alloc(end + CHECKSUM_BYTES);
  bytes[0] = version;
  bytes.set(payload, 1);
  bytes.writeUInt16LE(crc16(bytes.subarray(0, end)), end);
  return encodeBase32(bytes);
}

/** The payload, which has this length. Null unless version and checksum are right. */
export function decodeStrkey(name: string, version: number, length: number): Buffer | null {
  const bytes = decodeBase32(name, 1 + length + CHECKSUM_BYTES);
  if (bytes === null || bytes[0] !== version) return null;
  if (bytes.readUInt16LE(1 + length) !== crc16(bytes.subarray(0, 1 + length))) return null;
  return bytes.subarray(1, 1 + length);
}

/** Without padding. */
function encodeBase32(bytes: Uint8Array): string {
  const text = Buffer.alloc(Math.ceil((bytes.length * 8) / 5));
  let length = 0;
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text[length++] = CODES[(value >> (bits - 5)) & 31] ?? 0;
  }
  if (bits > 0) text[length] = CODES[(value << (5 - bits)) & 31] ?? 0;
  return text.toString('latin1');
}

/** Null unless the text is the one that so many bytes have, without padding: bits that are left over are 0. */
function decodeBase32(text: string, size: number): Buffer | null {
  if (text.length !== Math.ceil((size * 8) / 5)) return null;
  const bytes = Buffer.alloc(size);
  let length = 0;
  let bits = 0;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = VALUES[text.charCodeAt(at)] ?? 32;
    if (digit === 32) return null;
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = value >> bits;
  }
  return (value & ((1 << bits) - 1)) === 0 ? bytes : null;
}

/** CRC-16/XMODEM. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ (CRC_OF_BYTE[(crc >> 8) ^ byte] ?? 0)) & 0xffff;
  return crc;
}
