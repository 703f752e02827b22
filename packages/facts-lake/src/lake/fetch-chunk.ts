import { isDeepStrictEqual } from 'node:util';
import { FactsLakeError } from '../errors.ts';
import { digest } from '../stores/digest.ts';
import { tableKey, type Chunk, type TableName } from './chunk.ts';
import type { FactsLake } from './facts-lake.ts';
import type { ChunkManifest } from './manifest.ts';

/** @throws FactsLakeError `chunk_missing` */
export async function requireManifest(
  lake: FactsLake,
  chunk: Chunk,
  signal: AbortSignal,
): Promise<ChunkManifest> {
  const manifest = await lake.manifest(chunk, signal);
  if (manifest !== null) return manifest;
  throw new FactsLakeError('chunk_missing', {
    found: `no ledgers ${chunk.first} to ${chunk.last} in ${lake.store.name}`,
    expected: 'the manifest of their chunk',
    action: 'export these ledgers first',
  });
}

/**
 * A local file of one table of a chunk, which is what the manifest says, and stays so.
 *
 * @throws FactsLakeError `chunk_corrupt`, `chunk_replaced`
 */
export async function fetchTable(
  lake: FactsLake,
  chunk: Chunk,
  table: TableName,
  { manifest, folder }: { readonly manifest: ChunkManifest; readonly folder: string },
  signal: AbortSignal,
): Promise<string> {
  const key = tableKey(table, chunk);
  const path = await lake.store.fetchFile(key, folder, signal);
  const expected = manifest.tables[table];
  const found = path === null ? null : await digest(path, signal);
  if (path !== null && found?.sha256 === expected.sha256) return path;
  const facts = {
    found: `${found === null ? 'no' : `${found.bytes} bytes with the SHA-256 ${found.sha256} in`} ${key} of ${lake.store.name}`,
    expected: `${expected.bytes} bytes with the SHA-256 ${expected.sha256}, as the manifest says`,
  };
  if (isDeepStrictEqual(await lake.manifest(chunk, signal), manifest)) {
    throw new FactsLakeError('chunk_corrupt', { ...facts, action: 'export the chunk again' });
  }
  const action = 'read again when the chunk has been written';
  throw new FactsLakeError('chunk_replaced', { ...facts, action, retryable: true });
}
