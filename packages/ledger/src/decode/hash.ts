import { createHash } from 'node:crypto';
import type { Hash } from '../brands.ts';

export function hex(bytes: Uint8Array): Hash {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex') as Hash;
}

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function networkIdOf(passphrase: string): Uint8Array {
  return sha256(Buffer.from(passphrase));
}
