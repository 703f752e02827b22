import type { AccountId, ContractId } from './brands.ts';

/*
 * The name of an account or a contract is its key of 32 bytes with a version byte and a checksum, in base32 (SEP-23). The name
 * of a muxed account has the id behind the key.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** By the code of a character; 32 for one that is none of these. */
const VALUES = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = ALPHABET.indexOf(String.fromCharCode(code));
  return value === -1 ? 32 : value;
});
const ACCOUNT = 6 << 3;
const MUXED_ACCOUNT = 12 << 3;
const CONTRACT = 2 << 3;
const KEY_BYTES = 32;
const ID_BYTES = 8;
const BYTES = 1 + KEY_BYTES + 2;

const CRC_OF_BYTE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** The 32 bytes of an account's public key; null if the text is no account's name. */
export function accountKey(account: string): Buffer | null {
  return payloadOf(account, ACCOUNT, KEY_BYTES);
}

/** The account and the id of a muxed account, `M…`; null if the text is no name of one. */
export function parseMuxedAccount(
  muxed: string,
): { readonly account: AccountId; readonly muxedId: bigint } | null {
  const payload = payloadOf(muxed, MUXED_ACCOUNT, KEY_BYTES + ID_BYTES);
  if (payload === null) return null;
  return {
    account: accountOfKey(payload.subarray(0, KEY_BYTES)),
    muxedId: payload.readBigUInt64BE(KEY_BYTES),
  };
}

/** The name of the account with this public key of 32 bytes. */
export function accountOfKey(key: Uint8Array): AccountId {
  return nameOf(ACCOUNT, key) as AccountId;
}

/** The name of the contract with this id of 32 bytes. */
export function contractOfKey(key: Uint8Array): ContractId {
  return nameOf(CONTRACT, key) as ContractId;
}

function nameOf(version: number, key: Uint8Array): string {
  const bytes = Buffer.alloc(BYTES);
  bytes[0] = version;
  bytes.set(key, 1);
  bytes.writeUInt16LE(crc16(bytes.subarray(0, 1 + KEY_BYTES)), 1 + KEY_BYTES);
  return encodeBase32(bytes);
}

/** What is between the version and the checksum; null unless both are right. */
function payloadOf(name: string, version: number, length: number): Buffer | null {
  const bytes = decodeBase32(name, 1 + length + 2);
  if (bytes === null || bytes[0] !== version) return null;
  if (bytes.readUInt16LE(1 + length) !== crc16(bytes.subarray(0, 1 + length))) return null;
  return bytes.subarray(1, 1 + length);
}

/** Its length is a whole number of 5-bit groups, so there is no padding. */
function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >> (bits - 5)) & 31];
  }
  return text;
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
