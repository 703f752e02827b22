import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** The length of a file, and its SHA-256 in hex. */
export async function digest(
  path: string,
  signal: AbortSignal,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  const stream = createReadStream(path);
  await pipeline(stream, hash, { signal });
  return { bytes: stream.bytesRead, sha256: hash.digest('hex') };
}
