import { FactsLakeError } from './errors.ts';
import type * as Parquet from './parquet/index.ts';

/** Whether chunks can be written and read here. */
export async function isDuckDbInstalled(): Promise<boolean> {
  return await loadParquet().then(
    () => true,
    () => false,
  );
}

/**
 * The part that needs DuckDB, which is optional: it is loaded when a chunk is first written or read.
 *
 * @throws FactsLakeError `duckdb_missing`
 */
export async function loadParquet(): Promise<typeof Parquet> {
  try {
    return await import('./parquet/index.ts');
  } catch (cause) {
    throw new FactsLakeError('duckdb_missing', {
      found: `no DuckDB that can be loaded (${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)})`,
      expected: 'the optional package @duckdb/node-api with its binary for this platform',
      action: 'install with optional dependencies, on a platform that DuckDB supports',
      cause,
    });
  }
}
