import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { LAKE_TABLES } from '../tables/index.ts';
import type { TableName } from '../lake/chunk.ts';
import { digest } from '../stores/digest.ts';
import type { LocalFile } from '../stores/object-store.ts';
import { Engine, identifier, literal, unlessAborted } from './engine.ts';
import { TableAppender } from './table-appender.ts';

export interface TableFile extends LocalFile {
  readonly table: TableName;
  readonly rows: number;
}

export interface ChunkWriterOptions {
  readonly folder: string;
  readonly memoryBytes?: number | undefined;
  /** Texts that each file carries with it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Turns ledgers into one Parquet file for each table. The same ledgers give the same bytes: one thread, rows in the order
 * of the chain, row groups and compression fixed.
 */
export class ChunkWriter implements Disposable {
  readonly #engine: Engine;
  readonly #connection: DuckDBConnection;
  readonly #appenders: readonly TableAppender[];
  readonly #options: ChunkWriterOptions;

  private constructor(
    engine: Engine,
    connection: DuckDBConnection,
    appenders: readonly TableAppender[],
    options: ChunkWriterOptions,
  ) {
    this.#engine = engine;
    this.#connection = connection;
    this.#appenders = appenders;
    this.#options = options;
  }

  static async create(options: ChunkWriterOptions, signal: AbortSignal): Promise<ChunkWriter> {
    const { folder, memoryBytes } = options;
    const engine = await Engine.create({ memoryBytes, spill: join(folder, 'spill') });
    const connection = await engine.connect(signal);
    const appenders: TableAppender[] = [];
    for (const table of Object.values(LAKE_TABLES)) {
      appenders.push(await TableAppender.create(connection, table));
    }
    return new ChunkWriter(engine, connection, appenders, options);
  }

  add(ledger: LedgerFacts): void {
    for (const appender of this.#appenders) appender.add(ledger);
  }

  /** Writes the files, one after the other. */
  async finish(signal: AbortSignal): Promise<TableFile[]> {
    const files: TableFile[] = [];
    for (const appender of this.#appenders) {
      appender.close();
      files.push(await unlessAborted(signal, () => this.#write(appender, signal)));
    }
    return files;
  }

  [Symbol.dispose](): void {
    this.#engine[Symbol.dispose]();
  }

  async #write({ table: { name }, rows }: TableAppender, signal: AbortSignal): Promise<TableFile> {
    const path = join(this.#options.folder, `${name}.parquet`);
    const metadata = Object.entries(this.#options.metadata).map(
      ([key, value]) => `${identifier(key)}: ${literal(value)}`,
    );
    await this.#connection.run(
      `copy ${identifier(name)} to ${literal(path)} (
        format parquet, parquet_version v1, compression zstd, compression_level 3, row_group_size 122880,
        kv_metadata {${metadata.join(', ')}})`,
    );
    // Its memory is for the next one.
    await this.#connection.run(`drop table ${identifier(name)}`);
    return { table: name, path, rows, ...(await digest(path, signal)) };
  }
}
