/** Paths of fields within a row, e.g. `success_rate.lower`. */
export type Columns = readonly string[];

/**
 * `csv`: RFC 4180, for programs. `excel`: for spreadsheets, which take `"007"` for a number all the same, keep 15 digits of it,
 * and read UTF-8 only after a byte order mark.
 */
export type CsvDialect = 'csv' | 'excel';

const BYTE_ORDER_MARK = '\uFEFF';

/** With a header line that names the columns. The cell of an absent or null field is empty, without quotes. */
export function csv(rows: readonly object[], columns: Columns, dialect: CsvDialect = 'csv'): string {
  const header = columns.map((column) => column.replaceAll('.', '_'));
  const lines = rows.map((row) =>
    columns.map((column) => {
      const value = fieldOf(row, column.split('.'));
      return dialect === 'excel' && !isAmount(column, columns) ? spreadsheetCell(value) : cell(value);
    }),
  );
  const text = [header, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
  return dialect === 'excel' ? `${BYTE_ORDER_MARK}${text}` : text;
}

/** A number that may be rounded: the exact one is beside it. */
function isAmount(column: string, columns: Columns): boolean {
  return columns.includes(`${column}_stroops`);
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
 * What a spreadsheet may take for a number, a date or a truth value. It is no longer than a text in a formula may be, and has
 * nothing that ends such a text or that a spreadsheet may split at.
 */
const CONVERTIBLE = /^(?=.*\p{Nd}|true$|false$)[^"=@;|\p{C}\p{Zl}\p{Zp}]{1,255}$/iu;

/** The formula `="…"` is a text that no spreadsheet converts. */
function spreadsheetCell(value: unknown): string {
  return typeof value === 'string' && CONVERTIBLE.test(value) ? `"=""${value}"""` : cell(value);
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
