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
 * A local file of one table of a chunk, which is what the manifest says.
 *
 * @throws FactsLakeError `chunk_corrupt`
 */
export async function fetchTable(
  { store }: FactsLake,
  chunk: Chunk,
  table: TableName,
  { manifest, folder }: { readonly manifest: ChunkManifest; readonly folder: string },
  signal: AbortSignal,
): Promise<string> {
  const key = tableKey(table, chunk);
  const path = await store.fetchFile(key, folder, signal);
  const expected = manifest.tables[table];
  const found = path === null ? null : await digest(path, signal);
  if (path !== null && found?.sha256 === expected.sha256) return path;
  throw new FactsLakeError('chunk_corrupt', {
    found: `${found === null ? 'no' : `${found.bytes} bytes with the SHA-256 ${found.sha256} in`} ${key} of ${store.name}`,
    expected: `${expected.bytes} bytes with the SHA-256 ${expected.sha256}, as the manifest says`,
    action: 'export the chunk again, unless it is being replaced right now',
  });
}
