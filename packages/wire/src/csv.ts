/** Paths of fields within a row, e.g. `success_rate.lower`. */
export type Columns = readonly string[];

/** RFC 4180, with a header line that names the columns. The cell of an absent or null field is empty, without quotes. */
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

/** Numbers and booleans are bare; everything else is text, also ids and amounts, and is quoted. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = Array.isArray(value) ? value.join(' ') : textOf(value);
  if (typeof value === 'number' || typeof value === 'boolean') return text;
  return `"${harmless(text).replaceAll('"', '""')}"`;
}

/**
 * Where a cell may begin: some spreadsheets split at `;`, `|` or a tab, and do not see quotes that are not at the beginning
 * of a cell of theirs. They may skip space and quotes there.
 */
const FORMULA = /^(?=[\t\r])|(?<=(?:^|[,;|\t\r\n\v\f\u0085\u2028\u2029])[\s"'\p{Cc}]*)(?=[=+\-@＝＋－＠])/gu;
const NUMBER = /^-?[0-9]+(\.[0-9]+)?$/;

/** A spreadsheet would run a formula that a stranger wrote into a memo. After an apostrophe it is text. */
function harmless(text: string): string {
  return NUMBER.test(text) ? text : text.replaceAll(FORMULA, "'");
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
