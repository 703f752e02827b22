import { createHash } from 'node:crypto';
import type { Hash } from '@stellar-insights/ledger';

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function hex(bytes: Uint8Array): Hash {
  return Buffer.from(bytes).toString('hex') as Hash;
}

export function fromHex(text: string): Uint8Array {
  return Buffer.from(text, 'hex');
}
