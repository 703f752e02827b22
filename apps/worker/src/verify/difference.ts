/** A value as JSON can hold it: an int64 or more as a decimal string, a time in ISO 8601, bytes in hex. */
type Cell = string | number | boolean | null | readonly Cell[] | { readonly [name: string]: Cell };

/** A row by its columns' names. */
export type Row = Readonly<Record<string, Cell>>;

/** One place where the database differs from the source. */
export interface Difference {
  readonly table: string;
  readonly key: Row;
  /** Null if the whole row is missing, or if there should be none. */
  readonly column: string | null;
  readonly stored: Cell;
  readonly recomputed: Cell;
}

/** Compares two sets of rows. `key` names the columns that identify a row within a set. */
export function compareRows(
  table: string,
  key: readonly string[],
  stored: readonly Row[],
  recomputed: readonly Row[],
): Difference[] {
  const notYetCompared = new Map(stored.map((row) => [identity(row, key), row]));
  const differences: Difference[] = [];
  for (const row of recomputed) {
    const id = identity(row, key);
    const counterpart = notYetCompared.get(id);
    notYetCompared.delete(id);
    if (counterpart === undefined)
      differences.push({ table, key: pick(row, key), column: null, stored: null, recomputed: row });
    else differences.push(...compareColumns(table, key, counterpart, row));
  }
  for (const row of notYetCompared.values()) {
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
