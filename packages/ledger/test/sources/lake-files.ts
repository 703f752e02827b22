import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { batchKey, batchOf, type LakeManifest } from '../../src/sources/lake-layout.ts';
import { smallLedger } from './small-ledger.ts';

/** The objects of a lake by their keys. */
export type LakeFiles = Map<string, Buffer>;

/** One ledger a file, partitions of four: small enough to cross borders often. */
export const manifest: LakeManifest = {
  networkPassphrase: 'Test network',
  ledgersPerBatch: 1,
  batchesPerPartition: 4,
};

export interface LakeShape {
  from: number;
  to: number;
  layout?: LakeManifest;
  extension?: string;
  ledger?: (sequence: number) => Uint8Array;
}

/** A whole lake: the manifest and every batch that holds a ledger of the range. */
export function lakeFiles(shape: LakeShape): LakeFiles {
  const { from, to, layout = manifest, extension = 'zst', ledger = smallLedger } = shape;
  const files: LakeFiles = new Map([['.config.json', Buffer.from(JSON.stringify(layout))]]);
  for (
    let { first, last } = batchOf(from, layout);
    first <= to;
    { first, last } = batchOf(last + 1, layout)
  ) {
    const begin = Math.max(first, 2);
    const ledgers = Array.from({ length: last - begin + 1 }, (_, index) => ledger(begin + index));
    files.set(batchKey(first, layout, extension), zstdCompressSync(batch(begin, last, ledgers)));
  }
  return files;
}

/** XDR of a `LedgerCloseMetaBatch`. */
export function batch(
  start: number,
  end: number,
  ledgers: readonly Uint8Array[],
  count = ledgers.length,
): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32BE(start, 0);
  header.writeUInt32BE(end, 4);
  header.writeUInt32BE(count, 8);
  return Buffer.concat([header, ...ledgers]);
}

/** The files in a folder of their own, which goes when it is disposed of. */
export async function lakeFolder(files: LakeFiles) {
  const path = await mkdtemp(join(tmpdir(), 'lake-'));
  const write = async (key: string, bytes: Buffer) => {
    await mkdir(dirname(join(path, key)), { recursive: true });
    await writeFile(join(path, key), bytes);
  };
  for (const [key, bytes] of files) await write(key, bytes);
  return {
    path,
    write,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
