import type { DuckDBConnection, DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import type { LakeTable, LedgerContext } from '../tables/lake-table.ts';
import { literal } from './engine.ts';

/** The facts of one table of a chunk, ledger by ledger. */
export class RowReader<Fact> {
  readonly #table: LakeTable<Fact>;
  readonly #result: DuckDBResult;
  /** The rows that DuckDB gave last, by column; how many these are, and how many of them are taken. */
  #columns: DuckDBValue[][] = [];
  #rows = 0;
  #taken = 0;

  private constructor(table: LakeTable<Fact>, result: DuckDBResult) {
    this.#table = table;
    this.#result = result;
  }

  /** `connection`: for this reader alone, as its result stays open. */
  static async open<Fact>(
    connection: DuckDBConnection,
    table: LakeTable<Fact>,
    path: string,
  ): Promise<RowReader<Fact>> {
    return new RowReader(table, await connection.stream(`select * from read_parquet(${literal(path)})`));
  }

  /** The facts of the ledger. Rows of another one stay where they are. */
  async take(ledger: number, context: LedgerContext): Promise<Fact[]> {
    const facts: Fact[] = [];
    while (await this.#hasRow()) {
      for (; this.#taken < this.#rows; this.#taken++) {
        if (this.#table.ledgerOf(this.#columns, this.#taken) !== ledger) return facts;
        facts.push(this.#table.decode(this.#columns, this.#taken, context));
      }
    }
    return facts;
  }

  /** Whether all rows are taken. */
  async isAtEnd(): Promise<boolean> {
    return !(await this.#hasRow());
  }

  async #hasRow(): Promise<boolean> {
    if (this.#taken === this.#rows) {
      const chunk = await this.#result.fetchChunk();
      this.#columns = chunk?.getColumns() ?? [];
      this.#rows = chunk?.rowCount ?? 0;
      this.#taken = 0;
    }
    return this.#rows > 0;
  }
}
