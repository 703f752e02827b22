import {
  failuresByReason,
  sortedCorridors,
  wilsonInterval,
  type CorridorTally,
  type Tally,
} from '@stellar-insights/analytics';
import type { Replay } from './replay.ts';

const COLUMNS = [
  'source',
  'destination',
  'attempts',
  'success',
  '95 % interval',
  'delivered',
  'self',
  'failures',
];
const LEFT_ALIGNED = new Set([0, 1, 7]);

/** For a person: busiest corridors first, self-payments in a column of their own and out of the rate. */
export function corridorText(result: Replay): string {
  const { from, to, ledgers, transactions, operations, corridors } = result;
  const rows = sortedCorridors(corridors)
    .toSorted((a, b) => attempts(b) - attempts(a))
    .map(row);
  const summary = [
    `ledgers ${from} to ${to}: ${ledgers} ledgers, ${operations} operations,`,
    `${transactions.succeeded} transactions succeeded, ${transactions.failed} failed`,
  ].join(' ');
  const note =
    rows.length === 0
      ? 'no payment attempts'
      : 'rates leave out self-payments (source = destination); delivered and failures are of the rest';
  return `${summary}\n\n${rows.length === 0 ? '' : `${table([COLUMNS, ...rows])}\n\n`}${note}\n`;
}

function attempts({ others, self }: CorridorTally): number {
  return others.attempts + self.attempts;
}

function row({ sourceAsset, destAsset, others, self }: CorridorTally): string[] {
  return [
    shortAsset(sourceAsset),
    shortAsset(destAsset),
    String(others.attempts),
    ...rate(others),
    units(others.delivered),
    self.attempts === 0 ? '' : `${self.successes} of ${self.attempts}`,
    [...failuresByReason(others)].map(([reason, count]) => `${reason} ${count}`).join(', '),
  ];
}

function rate({ attempts: tried, successes }: Tally): [rate: string, interval: string] {
  if (tried === 0) return ['', ''];
  const { lower, upper } = wilsonInterval(successes, tried);
  return [percent(successes / tried), `${percent(lower)} – ${percent(upper)}`];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Exact: 1 unit is 10^7 stroops. */
function units(stroops: bigint): string {
  const digits = stroops.toString().padStart(8, '0');
  const fraction = digits.slice(-7).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -7) : `${digits.slice(0, -7)}.${fraction}`;
}

function shortAsset(asset: string): string {
  const [code = '', issuer] = asset.split(':');
  return issuer === undefined ? asset : `${code}:${issuer.slice(0, 4)}…${issuer.slice(-4)}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return LEFT_ALIGNED.has(column) ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
