import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Hash, LedgerFacts } from '@stellar-insights/ledger';
import type { TableName } from '../lake/chunk.ts';
import type { Columns, ColumnType, RowOf } from './columns.ts';

/** One kind of fact as the rows of a Parquet file. */
export interface LakeTable<Fact> {
  readonly name: TableName;
  readonly columns: readonly { readonly name: string; readonly type: DuckDBType }[];
  /** The rows of a ledger, in the order of the file: the values of each by column. */
  encode(ledger: LedgerFacts): DuckDBValue[][];
  /** The row at this place of some rows, which are given by column. */
  decode(columns: readonly (readonly DuckDBValue[])[], row: number, ledger: LedgerContext): Fact;
  /** The ledger that the row at this place belongs to. */
  ledgerOf(columns: readonly (readonly DuckDBValue[])[], row: number): number;
}

/** What facts take from other rows of their ledger. */
export interface LedgerContext {
  /** Of the transaction at this place. */
  hashOf(transactionIndex: number): Hash;
}

interface LakeTableDefinition<Fact, Table extends Columns> {
  readonly name: TableName;
  readonly columns: Table;
  /** The column that holds the ledger's number. */
  readonly ledger: keyof Table & string;
  factsOf(ledger: LedgerFacts): readonly Fact[];
  toRow(fact: Fact, closedAt: number): RowOf<Table>;
  toFact(row: RowOf<Table>, ledger: LedgerContext): Fact;
}

export function lakeTable<Fact, Table extends Columns>(
  definition: LakeTableDefinition<Fact, Table>,
): LakeTable<Fact> {
  const entries: readonly (readonly [string, ColumnType<unknown>])[] = Object.entries(definition.columns);
  const ledgerColumn = entries.findIndex(([name]) => name === definition.ledger);
  return {
    name: definition.name,
    columns: entries.map(([name, { type }]) => ({ name, type })),
    encode: (ledger) =>
      definition.factsOf(ledger).map((fact) => {
        const row: Readonly<Record<string, unknown>> = definition.toRow(fact, ledger.header.closedAt);
        return entries.map(([name, column]) => column.encode(row[name]));
      }),
    decode: (columns, index, ledger) => {
      const row: Record<string, unknown> = {};
      for (const [column, [name, type]] of entries.entries()) {
        row[name] = type.decode(columns[column]?.[index] ?? null);
      }
      return definition.toFact(row as RowOf<Table>, ledger);
    },
    ledgerOf: (columns, index) => Number(columns[ledgerColumn]?.[index]),
  };
}
