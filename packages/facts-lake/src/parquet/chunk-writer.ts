import { join } from 'node:path';
import type { LedgerFacts } from '@stellar-insights/ledger';
import type { TableName } from '../lake/chunk.ts';
import { digest } from '../stores/digest.ts';
import type { LocalFile } from '../stores/object-store.ts';
import { LAKE_TABLES } from '../tables/index.ts';
import { Engine, unlessAborted } from './engine.ts';
import { TableWriter } from './table-writer.ts';

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
  readonly #writers: readonly TableWriter[];
  readonly #options: ChunkWriterOptions;

  private constructor(engine: Engine, writers: readonly TableWriter[], options: ChunkWriterOptions) {
    this.#engine = engine;
    this.#writers = writers;
    this.#options = options;
  }

  static async create(options: ChunkWriterOptions, signal: AbortSignal): Promise<ChunkWriter> {
    const { folder, memoryBytes } = options;
    const engine = await Engine.create({ memoryBytes, spill: join(folder, 'spill') });
    const connection = await engine.connect(signal);
    const tables = Object.values(LAKE_TABLES);
    return new ChunkWriter(
      engine,
      tables.map((table) => new TableWriter(connection, table, folder)),
      options,
    );
  }

  async add(ledger: LedgerFacts, signal: AbortSignal): Promise<void> {
    for (const writer of this.#writers) await unlessAborted(signal, () => writer.add(ledger));
  }

  /** Writes the files, one after the other. */
  async finish(signal: AbortSignal): Promise<TableFile[]> {
    const files: TableFile[] = [];
    for (const writer of this.#writers) {
      const { name: table } = writer.table;
      const path = join(this.#options.folder, `${table}.parquet`);
      await unlessAborted(signal, () => writer.finish(path, this.#options.metadata));
      files.push({ table, path, rows: writer.rows, ...(await digest(path, signal)) });
    }
    return files;
  }

  [Symbol.dispose](): void {
    for (const writer of this.#writers) writer[Symbol.dispose]();
    this.#engine[Symbol.dispose]();
  }
}
