import { join } from 'node:path';
import {
  DuckDBDataChunk,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { LedgerFacts } from '@stellar-insights/ledger';
import type { LakeTable } from '../tables/lake-table.ts';
import { identifier, literal } from './engine.ts';

/** The rows that DuckDB takes at once. Always full ones, so that files do not depend on how ledgers arrive. */
const ROWS_AT_ONCE = 2048;
/** The rows that are in memory at most, for each table. */
const ROWS_IN_PART = 20 * ROWS_AT_ONCE;
const ROWS_IN_GROUP = 3 * ROWS_IN_PART;

/**
 * Writes the Parquet file of one table. Rows gather in a table in memory. When that is full, it goes to a file of its own, a
 * part; in the end all parts are copied into one file.
 */
export class TableWriter implements Disposable {
  readonly table: LakeTable<unknown>;
  rows = 0;
  readonly #connection: DuckDBConnection;
  readonly #folder: string;
  readonly #chunk: DuckDBDataChunk;
  /** The values of rows that are not appended yet, by column. */
  readonly #columns: DuckDBValue[][];
  readonly #parts: string[] = [];
  #appender: DuckDBAppender | null = null;

  /** `folder`: for files under way. */
  constructor(connection: DuckDBConnection, table: LakeTable<unknown>, folder: string) {
    this.table = table;
    this.#connection = connection;
    this.#folder = folder;
    this.#chunk = DuckDBDataChunk.create(table.columns.map(({ type }) => type));
    this.#columns = table.columns.map(() => []);
  }

  async add(ledger: LedgerFacts): Promise<void> {
    for (const values of this.table.encode(ledger)) {
      for (const [index, column] of this.#columns.entries()) column.push(values[index] ?? null);
      this.rows += 1;
      if (this.rows % ROWS_AT_ONCE === 0) await this.#append();
      if (this.rows % ROWS_IN_PART === 0) await this.#writePart();
    }
  }

  /** Writes the file. `metadata`: texts that it carries with it. */
  async finish(path: string, metadata: Readonly<Record<string, string>>): Promise<void> {
    const pairs = Object.entries(metadata).map(([key, value]) => `${identifier(key)}: ${literal(value)}`);
    const options = `parquet_version v1, compression zstd, compression_level 3, row_group_size ${ROWS_IN_GROUP},
      kv_metadata {${pairs.join(', ')}}`;
    if (this.#parts.length === 0) return await this.#moveRows(path, options, this.rows);
    if (this.rows % ROWS_IN_PART !== 0) await this.#writePart();
    const parts = this.#parts.map(literal).join(', ');
    await this.#copy(`read_parquet([${parts}])`, path, options, this.rows);
  }

  /** Drops the rows that are in no file. */
  [Symbol.dispose](): void {
    this.#appender?.clear();
    this.#appender?.closeSync();
    this.#appender = null;
  }

  async #append(): Promise<void> {
    const rows = this.#columns[0]?.length ?? 0;
    this.#appender ??= await this.#createTable();
    this.#chunk.reset();
    this.#chunk.rowCount = rows;
    this.#chunk.setColumns(this.#columns);
    this.#appender.appendDataChunk(this.#chunk);
    for (const column of this.#columns) column.length = 0;
  }

  async #writePart(): Promise<void> {
    const path = join(this.#folder, `${this.table.name}-${this.#parts.length}.parquet`);
    const rows = this.rows - this.#parts.length * ROWS_IN_PART;
    await this.#moveRows(path, `compression snappy, row_group_size ${ROWS_IN_PART}`, rows);
    this.#parts.push(path);
  }

  /** Puts the rows that are in memory into a file. */
  async #moveRows(path: string, options: string, rows: number): Promise<void> {
    await this.#append();
    this.#appender?.closeSync();
    this.#appender = null;
    const name = identifier(this.table.name);
    await this.#copy(name, path, options, rows);
    await this.#connection.run(`drop table ${name}`);
  }

  async #copy(from: string, to: string, options: string, rows: number): Promise<void> {
    const statement = `copy (from ${from}) to ${literal(to)} (format parquet, ${options})`;
    const { rowsChanged } = await this.#connection.run(statement);
    if (rowsChanged !== rows) throw new Error(`found ${rowsChanged} rows in ${to}, expected ${rows}`);
  }

  async #createTable(): Promise<DuckDBAppender> {
    const columns = this.table.columns.map(({ name, type }) => `${identifier(name)} ${type.toString()}`);
    await this.#connection.run(`create table ${identifier(this.table.name)} (${columns.join(', ')})`);
    return await this.#connection.createAppender(this.table.name);
  }
}
