import { join } from 'node:path';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { FactsLakeError } from '../errors.ts';
import { loadParquet } from '../load-parquet.ts';
import { StagingFolder } from '../stores/staging.ts';
import { TABLE_NAMES, type Chunk, type TableName } from './chunk.ts';
import type { FactsLake } from './facts-lake.ts';
import { fetchTable, requireManifest } from './fetch-chunk.ts';

/**
 * The ledgers of a chunk, in order, as they were given to `writeChunk`. The files are compared with the manifest first.
 *
 * @throws FactsLakeError `chunk_missing`, `chunk_corrupt`, `chunk_replaced`, `duckdb_missing`, `lake_unreachable`, `lake_forbidden`
 */
export async function* readChunk(
  lake: FactsLake,
  chunk: Chunk,
  signal: AbortSignal,
): AsyncGenerator<LedgerFacts> {
  const { ChunkReader, unlessAborted } = await loadParquet();
  const manifest = await requireManifest(lake, chunk, signal);
  await using folder = await StagingFolder.create(await lake.store.staging());
  const paths: Partial<Record<TableName, string>> = {};
  for (const table of TABLE_NAMES) {
    paths[table] = await fetchTable(lake, chunk, table, { manifest, folder: folder.path }, signal);
  }
  using reader = await ChunkReader.open(
    paths as Record<TableName, string>,
    { spill: join(folder.path, 'spill') },
    signal,
  );
  for (let sequence: number = chunk.first; sequence <= chunk.last; sequence++) {
    const facts = await unlessAborted(signal, () => reader.ledger(sequence));
    if (facts === null) throw outOfOrder(chunk, `no ledger ${sequence} in its turn`);
    yield facts;
  }
  if (!(await reader.isAtEnd())) throw outOfOrder(chunk, 'rows of other ledgers');
}

function outOfOrder({ first, last }: Chunk, found: string): FactsLakeError {
  return new FactsLakeError('chunk_corrupt', {
    found,
    expected: `the rows of ledgers ${first} to ${last} in order`,
    action: 'export the chunk again',
  });
}
