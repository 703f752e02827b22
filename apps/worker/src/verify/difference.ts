/** What a cell holds, as JSON can say it: whole numbers beyond a float's as decimal strings, times in ISO 8601. */
export type Cell = string | number | boolean | null | readonly Cell[] | { readonly [name: string]: Cell };

/** A row by its columns' names. */
export type Row = Readonly<Record<string, Cell>>;

/** One place where the database does not hold what its source says. */
export interface Difference {
  readonly table: string;
  readonly key: Row;
  /** Null if the whole row is missing or should not be there. */
  readonly column: string | null;
  readonly stored: Cell;
  readonly recomputed: Cell;
}

/** Compares two sets of rows, of which every one has the columns in `key` and no other row of its set has the same. */
export function compareRows(
  table: string,
  key: readonly string[],
  stored: readonly Row[],
  recomputed: readonly Row[],
): Difference[] {
  const rest = new Map(stored.map((row) => [identity(row, key), row]));
  const differences: Difference[] = [];
  for (const row of recomputed) {
    const id = identity(row, key);
    const found = rest.get(id);
    rest.delete(id);
    if (found === undefined)
      differences.push({ table, key: pick(row, key), column: null, stored: null, recomputed: row });
    else differences.push(...compareColumns(table, key, found, row));
  }
  for (const row of rest.values()) {
    differences.push({ table, key: pick(row, key), column: null, stored: row, recomputed: null });
  }
  return differences;
}

function compareColumns(table: string, key: readonly string[], stored: Row, recomputed: Row): Difference[] {
  const columns = [...new Set([...Object.keys(recomputed), ...Object.keys(stored)])];
  return columns.flatMap((column) => {
    const pair = { stored: stored[column] ?? null, recomputed: recomputed[column] ?? null };
    if (JSON.stringify(pair.stored) === JSON.stringify(pair.recomputed)) return [];
    return [{ table, key: pick(recomputed, key), column, ...pair }];
  });
}

function identity(row: Row, key: readonly string[]): string {
  return JSON.stringify(key.map((column) => row[column]));
}

function pick(row: Row, key: readonly string[]): Row {
  return Object.fromEntries(key.map((column) => [column, row[column] ?? null]));
}
