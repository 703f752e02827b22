import type { Snapshot } from './snapshot.ts';

type Corridor = Snapshot['corridors'][number];

/** What one sees at a glance, in one line. */
export function headline({ network, corridors, more }: Snapshot, now: number): string {
  if (network.cursor === null) return 'waiting for the first ledger';
  const { sequence, closed_at } = network.cursor;
  const age = Math.max(0, Math.round((now - Date.parse(closed_at)) / 1000));
  const attempted = sum(corridors, ({ attempted: count }) => count);
  const succeeded = sum(corridors, ({ succeeded: count }) => count);
  const share = attempted === 0 ? 'none yet' : `${((succeeded / attempted) * 100).toFixed(1)} % succeeded`;
  return [
    `ledger ${sequence}, closed ${age} s ago, ${network.lag_ledgers ?? 0} behind`,
    `${corridors.length}${more ? '+' : ''} corridors`,
    `${grouped(attempted)} payments, ${share}`,
    ...network.tasks.flatMap(({ task, error_code }) =>
      error_code === null ? [] : [`${task}: ${error_code}`],
    ),
  ].join(' · ');
}

/** The busiest corridors, a line each below a head, in the columns that the terminal has. */
export function corridorTable(corridors: readonly Corridor[], rows: number): string[] {
  const cells = corridors
    .slice(0, rows)
    .map((corridor) => [
      `${assetText(corridor.source_asset)} → ${assetText(corridor.dest_asset)}`,
      grouped(corridor.attempted),
      percent(corridor.success_rate.rate),
      `${percent(corridor.success_rate.lower)} – ${percent(corridor.success_rate.upper)}`,
      `${grouped(corridor.delivered)} ${codeOf(corridor.dest_asset)}`,
    ]);
  const table = [['corridor', 'payments', 'succeeded', '95 % interval', 'delivered'], ...cells];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   '),
  );
}

function sum(corridors: readonly Corridor[], count: (corridor: Corridor) => number): number {
  return corridors.reduce((total, corridor) => total + count(corridor), 0);
}

/** A code alone is anybody's: the end of the issuer's address tells one from another. */
function assetText(asset: string): string {
  const [code = '', issuer] = asset.split(':');
  return issuer === undefined ? codeOf(asset) : `${code} (…${issuer.slice(-4)})`;
}

function codeOf(asset: string): string {
  return asset === 'native' ? 'XLM' : (asset.split(':')[0] ?? asset);
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}

/** `1234567.1234567` as `1,234,567.12`. */
function grouped(amount: number | string): string {
  const [whole = '', fraction] = String(amount).split('.');
  const digits = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? digits : `${digits}.${fraction.slice(0, 2)}`;
}
