import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { loadParquet } from '../load-parquet.ts';
import type { Engine } from '../parquet/index.ts';
import { StagingFolder } from '../stores/staging.ts';
import { TABLE_NAMES, type TableName } from './chunk.ts';
import type { FactsLake } from './facts-lake.ts';
import { fetchTable, requireManifest } from './fetch-chunk.ts';

export interface LakeRange {
  readonly from: number;
  readonly to: number;
  /** The tables that will be asked for; default: all. A lake that is not a folder is fetched table by table. */
  readonly tables?: readonly TableName[];
}

/** SQL over the ledgers of a range, each table under its own name. */
export class LakeSql implements AsyncDisposable {
  readonly #folder: StagingFolder;
  readonly #engine: Engine;
  readonly #connection: DuckDBConnection;
  readonly #signal: AbortSignal;

  private constructor(
    folder: StagingFolder,
    engine: Engine,
    connection: DuckDBConnection,
    signal: AbortSignal,
  ) {
    this.#folder = folder;
    this.#engine = engine;
    this.#connection = connection;
    this.#signal = signal;
  }

  /**
   * The files of the range are compared with their manifests first.
   *
   * @throws FactsLakeError `chunk_missing` if the lake has not the whole range; `chunk_corrupt`, `chunk_replaced`,
   *   `duckdb_missing`, `lake_unreachable`, `lake_forbidden`
   */
  static async open(
    lake: FactsLake,
    { from, to, tables = TABLE_NAMES }: LakeRange,
    signal: AbortSignal,
  ): Promise<LakeSql> {
    const parquet = await loadParquet();
    await using cleanUp = new AsyncDisposableStack();
    const folder = cleanUp.use(await StagingFolder.create(await lake.store.staging()));
    const engine = cleanUp.use(await parquet.Engine.create({ spill: join(folder.path, 'spill') }));
    const connection = await engine.connect(signal);
    const paths = await fetchRange(lake, { from, to, tables }, folder.path, signal);
    for (const table of tables) {
      const files = (paths.get(table) ?? []).map(parquet.literal).join(', ');
      const ledger = table === 'ledgers' ? 'sequence' : 'ledger';
      await connection.run(
        `create view ${parquet.identifier(table)} as
           select * from read_parquet([${files}]) where ${ledger} between ${from} and ${to}`,
      );
    }
    cleanUp.move();
    return new LakeSql(folder, engine, connection, signal);
  }

  /** The rows of a select: int64 as bigint, times as `Date`, decimals and sums as DuckDB's JavaScript values. */
  async rows(sql: string): Promise<Record<string, unknown>[]> {
    const { unlessAborted } = await loadParquet();
    const result = await unlessAborted(this.#signal, () => this.#connection.runAndReadAll(sql));
    return result.getRowObjectsJS();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#engine[Symbol.dispose]();
    await this.#folder[Symbol.asyncDispose]();
  }
}

async function fetchRange(
  lake: FactsLake,
  { from, to, tables }: Required<LakeRange>,
  parent: string,
  signal: AbortSignal,
): Promise<Map<TableName, string[]>> {
  const paths = new Map<TableName, string[]>(tables.map((table) => [table, []]));
  for (let chunk = lake.chunkOf(from); chunk.first <= to; chunk = lake.chunkOf(chunk.last + 1)) {
    const manifest = await requireManifest(lake, chunk, signal);
    for (const table of tables) {
      const path = await fetchTable(lake, chunk, table, { manifest, folder: parent }, signal);
      paths.get(table)?.push(path);
    }
  }
  return paths;
}
