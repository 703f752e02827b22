import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Coding } from '../../src/answers/content-coding.ts';

const DECODERS: Readonly<Record<Coding, (body: Buffer) => Buffer>> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  identity: (body) => body,
};

/** The text of a body that was sent in this coding. */
export function decoded(body: Buffer, coding: Coding): string {
  return DECODERS[coding](body).toString();
}
