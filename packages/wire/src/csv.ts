/** Paths of fields within a row, e.g. `success_rate.lower`. */
export type Columns = readonly string[];

/** RFC 4180, with a header line that names the columns. The cell of an absent or null field is empty. */
export function csv(rows: readonly object[], columns: Columns): string {
  const header = columns.map((column) => column.replaceAll('.', '_'));
  const lines = rows.map((row) => columns.map((column) => cell(fieldOf(row, column.split('.')))));
  return [header, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

function fieldOf(row: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined,
    row,
  );
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = Array.isArray(value) ? value.join(' ') : textOf(value);
  // A spreadsheet would run a formula that a stranger wrote into a memo.
  const harmless = /^[=+\-@\t\r]/.test(text) && !/^-?[0-9.]+(e-?[0-9]+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
