import { candidates } from './candidates.ts';
import type { Results } from './measure.ts';
import type { Scenario, Value } from './scenario.ts';

/** One Markdown table: a row for each thing measured, a column for each candidate. */
export function tableOf(
  scenarios: Readonly<Record<string, Scenario>>,
  results: Readonly<Record<string, Results>>,
): string {
  const rows = [['', ...candidates]];
  for (const [name, { title, rows: wordings }] of Object.entries(scenarios)) {
    rows.push([`**${title}**`, ...candidates.map(() => '')]);
    for (const [key, wording] of Object.entries(wordings)) {
      rows.push([wording, ...candidates.map((candidate) => show(results[name]?.[candidate]?.[key]))]);
    }
  }
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => `| ${row.map((cell, column) => pad(cell, column, widths)).join(' | ')} |`);
  const rule = `| ${widths.map((width, column) => '-'.repeat(width - (column ? 1 : 0)) + (column ? ':' : '')).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function pad(cell: string, column: number, widths: readonly number[]): string {
  return column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
}

function show(value: Value | undefined): string {
  if (value === Infinity) return 'never';
  return typeof value === 'number' ? String(Math.round(value)) : (value ?? '');
}
