import {
  DuckDBDataChunk,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { LedgerFacts } from '@stellar-insights/ledger';
import type { LakeTable } from '../tables/lake-table.ts';
import { identifier } from './engine.ts';

/** The rows that DuckDB takes at once. Always full ones, so that files do not depend on how ledgers arrive. */
const ROWS_AT_ONCE = 2048;
/** The rows that the appender holds at most, beside what DuckDB's limit of memory covers. */
const ROWS_IN_APPENDER = 10 * ROWS_AT_ONCE;

/** Fills a table of a DuckDB with the rows of ledgers. */
export class TableAppender {
  readonly table: LakeTable<unknown>;
  rows = 0;
  readonly #appender: DuckDBAppender;
  readonly #chunk: DuckDBDataChunk;
  /** The values of rows not appended yet, by column. */
  readonly #columns: DuckDBValue[][];
  #pending = 0;

  private constructor(table: LakeTable<unknown>, appender: DuckDBAppender) {
    this.table = table;
    this.#appender = appender;
    this.#chunk = DuckDBDataChunk.create(table.columns.map(({ type }) => type));
    this.#columns = table.columns.map(() => []);
  }

  static async create(connection: DuckDBConnection, table: LakeTable<unknown>): Promise<TableAppender> {
    const columns = table.columns.map(({ name, type }) => `${identifier(name)} ${type.toString()}`);
    await connection.run(`create table ${identifier(table.name)} (${columns.join(', ')})`);
    return new TableAppender(table, await connection.createAppender(table.name));
  }

  add(ledger: LedgerFacts): void {
    for (const values of this.table.encode(ledger)) {
      for (const [index, column] of this.#columns.entries()) column.push(values[index] ?? null);
      this.#pending += 1;
      if (this.#pending === ROWS_AT_ONCE) this.#append();
    }
  }

  close(): void {
    this.#append();
    this.#appender.closeSync();
  }

  #append(): void {
    this.#chunk.reset();
    this.#chunk.rowCount = this.#pending;
    this.#chunk.setColumns(this.#columns);
    this.#appender.appendDataChunk(this.#chunk);
    this.rows += this.#pending;
    this.#pending = 0;
    if (this.rows % ROWS_IN_APPENDER === 0) this.#appender.flushSync();
    for (const column of this.#columns) column.length = 0;
  }
}
