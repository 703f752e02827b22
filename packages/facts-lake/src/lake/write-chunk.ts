import { setImmediate } from 'node:timers/promises';
import type { LedgerFacts, LedgerHeaderFacts } from '@stellar-insights/ledger';
import { loadParquet } from '../load-parquet.ts';
import type { TableFile } from '../parquet/index.ts';
import type { ObjectStore } from '../stores/object-store.ts';
import { StagingFolder } from '../stores/staging.ts';
import { manifestKey, tableKey, type Chunk, type TableName } from './chunk.ts';
import { ChunkSpan } from './chunk-span.ts';
import type { FactsLake } from './facts-lake.ts';
import { requireLinks } from './links.ts';
import { encodeJson, FORMAT_VERSION, type ChunkFile, type ChunkManifest } from './manifest.ts';

export interface WriteChunkOptions {
  /** Of the kinds of facts that the ledgers have. */
  readonly factsVersion: number;
  /** What DuckDB may hold in memory; what does not fit goes to disk. Default: 256 MiB. */
  readonly memoryBytes?: number;
}

/**
 * Writes a chunk in place of any that is there. `facts`: all ledgers of the chunk, each once and in order. The chunk appears
 * as a whole. If this fails or is aborted, the chunk is as it was before, or it is absent.
 *
 * @throws FactsLakeError `chunk_incomplete`, `chain_broken`, `duckdb_missing`, `lake_unreachable`, `lake_forbidden`
 */
export async function writeChunk(
  lake: FactsLake,
  chunk: Chunk,
  facts: AsyncIterable<LedgerFacts>,
  { factsVersion, memoryBytes }: WriteChunkOptions,
  signal: AbortSignal,
): Promise<ChunkManifest> {
  const { ChunkWriter, duckDbVersion } = await loadParquet();
  await using folder = await StagingFolder.create(await lake.store.staging());
  const identity = {
    format_version: FORMAT_VERSION,
    facts_version: factsVersion,
    duckdb_version: duckDbVersion(),
    network_passphrase: lake.networkPassphrase,
    first_ledger: chunk.first,
    last_ledger: chunk.last,
  } as const;
  const metadata = Object.fromEntries(Object.entries(identity).map(([key, value]) => [key, String(value)]));
  using writer = await ChunkWriter.create({ folder: folder.path, memoryBytes, metadata }, signal);

  const span = new ChunkSpan(chunk);
  for await (const ledger of facts) {
    span.add(ledger.header);
    await writer.add(ledger, signal);
    await setImmediate();
  }
  const { first, last } = span.finish();
  await requireLinks(lake, chunk, { first, last }, signal);
  const files = await writer.finish(signal);
  const manifest: ChunkManifest = { ...identity, ...ends(first, last), tables: tablesOf(files) };
  await publish(lake.store, chunk, files, encodeJson(manifest), signal);
  return manifest;
}

function ends(first: LedgerHeaderFacts, last: LedgerHeaderFacts) {
  return {
    previous_hash: first.previousHash,
    last_hash: last.hash,
    first_closed_at: new Date(first.closedAt).toISOString(),
    last_closed_at: new Date(last.closedAt).toISOString(),
  };
}

function tablesOf(files: readonly TableFile[]): ChunkManifest['tables'] {
  return Object.fromEntries(
    files.map(({ table, rows, bytes, sha256 }) => [table, { rows, bytes, sha256 } as ChunkFile]),
  ) as Record<TableName, ChunkFile>;
}

/** The manifest goes last, and one of other files is removed first: whoever sees a manifest finds the files that it names. */
async function publish(
  store: ObjectStore,
  chunk: Chunk,
  files: readonly TableFile[],
  manifest: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const key = manifestKey(chunk);
  const former = await store.read(key, signal);
  if (former !== null && !former.equals(manifest)) await store.remove(key, signal);
  for (const file of files) await store.putFile(tableKey(file.table, chunk), file, signal);
  await store.put(key, manifest, signal);
}
