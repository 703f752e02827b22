import { createHash, randomInt, timingSafeEqual } from 'node:crypto';

/* The texts of keys and tokens. Both have 256 random bits, so a fast hash is enough. */

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const PREFIX_ALPHABET = DIGITS + LETTERS;
const SECRET_ALPHABET = PREFIX_ALPHABET + LETTERS.toUpperCase();
/** As many as 256 bits need. */
const SECRET_LENGTH = 43;
const KEY = /^si_live_([0-9a-z]{8})_([0-9A-Za-z]{43})$/;
const TOKEN = /^si_token_([0-9A-Za-z]{43})$/;

/** The text of a key: `si_live_<prefix>_<secret>`. */
export interface KeyText {
  /** Recognizes the key; no secret. */
  readonly prefix: string;
  readonly secret: string;
}

export function newKeyText(): KeyText {
  return { prefix: randomText(8, PREFIX_ALPHABET), secret: randomText(SECRET_LENGTH, SECRET_ALPHABET) };
}

export function formatKey({ prefix, secret }: KeyText): string {
  return `si_live_${prefix}_${secret}`;
}

/** Null unless the text has the form of a key. */
export function parseKey(text: string): KeyText | null {
  const [, prefix, secret] = KEY.exec(text) ?? [];
  return prefix === undefined || secret === undefined ? null : { prefix, secret };
}

/** The text of a token: `si_token_<secret>`. */
export function newToken(): string {
  return `si_token_${randomText(SECRET_LENGTH, SECRET_ALPHABET)}`;
}

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

export function hashOf(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

/** Takes the same time wherever they differ. */
export function isSecretOf(secret: string, hash: Uint8Array): boolean {
  return timingSafeEqual(hashOf(secret), hash);
}

/** Sorts by the time at which it was made. */
export function newKeyId(now = Date.now()): string {
  return `key_${now.toString(36).padStart(10, '0')}${randomText(16, PREFIX_ALPHABET)}`;
}

function randomText(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
