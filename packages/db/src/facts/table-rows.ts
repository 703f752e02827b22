import type { InferSelectModel } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Executor, Fragment } from '../database.ts';
import { findNames, type Kind, type Names, type NamesById } from '../dictionary/index.ts';
import { getTableColumns, PgArray } from '../tables/drizzle.ts';
import { NameColumn } from '../tables/name-column.ts';

/* Rows are written and read by the columns that a table declares, so that each column is named once: in `tables/`. */

const NO_NAMES: NamesById = { accounts: new Map(), assets: new Map(), codes: new Map() };

type Values = Readonly<Record<string, unknown>>;

/** Rows of one table, by the properties of its declaration. */
export interface RowsOf {
  readonly table: PgTable;
  readonly rows: readonly Values[];
  /** The name of a table with the same columns that the rows go into, by the name of `table`. Default: `table` itself. */
  readonly into?: (table: string) => string;
}

export function rowsOf<Table extends PgTable>(
  table: Table,
  rows: readonly InferSelectModel<Table>[],
): RowsOf {
  return { table, rows };
}

/** The columns of a table, for a select list; the table is called `alias` in the statement. `readNames` and `parseRow` read them. */
export function columnsOf({ sql }: Executor, table: PgTable, alias: string): Fragment {
  const names = Object.entries(getTableColumns(table)).map(
    ([key, { name }]) => `${alias}."${name}" as "${alias} ${key}"`,
  );
  return sql.unsafe(names.join(', '));
}

/** The names of all ids in rows that were selected by `columnsOf`, from tables called by the keys of `tables`. */
export function readNames(
  executor: Executor,
  tables: Readonly<Record<string, PgTable>>,
  selected: readonly Values[],
): Promise<NamesById> {
  const ids = { accounts: new Set<number>(), assets: new Set<number>(), codes: new Set<number>() };
  for (const [alias, table] of Object.entries(tables)) {
    for (const [key, column] of Object.entries(getTableColumns(table))) {
      const kind = kindOf(column);
      if (kind === undefined) continue;
      const selectedAs = `${alias} ${key}`;
      for (const row of selected) for (const id of idsIn(row[selectedAs])) ids[kind].add(id);
    }
  }
  return findNames(executor, ids);
}

/** @throws TypeError if the dictionary lacks the name of an id */
export function parseRow<Table extends PgTable>(
  table: Table,
  alias: string,
  row: Values,
  names: NamesById = NO_NAMES,
): InferSelectModel<Table> {
  const values: Record<string, unknown> = {};
  for (const { key, selectedAs, column } of fieldsOf(table, alias)) {
    const value = row[selectedAs];
    values[key] = value === null ? null : parseValue(column, value, names);
  }
  return values as InferSelectModel<Table>;
}

interface Field {
  readonly key: string;
  readonly selectedAs: string;
  readonly column: PgColumn;
}

const fields = new WeakMap<PgTable, Map<string, readonly Field[]>>();

/** Made once for each table and alias: a page has a hundred rows. */
function fieldsOf(table: PgTable, alias: string): readonly Field[] {
  const byAlias = fields.get(table) ?? new Map<string, readonly Field[]>();
  fields.set(table, byAlias);
  const made =
    byAlias.get(alias) ??
    Object.entries(getTableColumns(table)).map(([key, column]) => ({
      key,
      selectedAs: `${alias} ${key}`,
      column,
    }));
  byAlias.set(alias, made);
  return made;
}

/** The names in rows that are to be stored, each as often as it stands there. */
export function namesIn(tables: readonly RowsOf[]): Required<Names> {
  const names: Record<Kind, string[]> = { accounts: [], assets: [], codes: [] };
  for (const { table, rows } of tables) {
    for (const [key, column] of Object.entries(getTableColumns(table))) {
      const kind = kindOf(column);
      if (kind === undefined) continue;
      for (const row of rows) {
        const value = row[key];
        if (typeof value === 'string') names[kind].push(value);
        else if (Array.isArray(value)) names[kind].push(...(value as string[]));
      }
    }
  }
  return names as Required<Names>;
}

function parseValue(column: PgColumn, value: unknown, names: NamesById): unknown {
  const kind = kindOf(column);
  if (kind === undefined) return column.mapFromDriverValue(value);
  const found = idsIn(value).map((id) => {
    const name = names[kind].get(id);
    if (name === undefined) throw new TypeError(`found id ${id} in ${column.name}, expected one of ${kind}`);
    return name;
  });
  return column instanceof PgArray ? found : found[0];
}

/** What names a column, or an array of it, holds ids of. */
export function kindOf(column: PgColumn): Kind | undefined {
  const base = column instanceof PgArray ? column.baseColumn : column;
  return base instanceof NameColumn ? base.kind : undefined;
}

/** The driver reads an array as text, e.g. `{1,2}`. */
function idsIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'string' && value !== '{}' ? value.slice(1, -1).split(',').map(Number) : [];
}
