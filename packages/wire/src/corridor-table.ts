import type { Corridor } from '@stellar-insights/contract';

/** A corridor as JSON, and why its payments failed if that is known. */
export interface TableCorridor extends Pick<
  Corridor,
  'source_asset' | 'dest_asset' | 'attempted' | 'success_rate' | 'delivered' | 'self'
> {
  readonly failures?: ReadonlyMap<string, number>;
}

interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
  readonly cell: (corridor: TableCorridor) => string;
}

const RATE: readonly Column[] = [
  { head: 'success', align: 'right', cell: ({ success_rate: { rate } }) => percent(rate) },
  {
    head: '95 % interval',
    align: 'right',
    cell: ({ success_rate: { rate, lower, upper } }) =>
      rate === null ? '–' : `${percent(lower)} – ${percent(upper)}`,
  },
];

/** Exact, however wide that is. */
const FULL: readonly Column[] = [
  { head: 'source', align: 'left', cell: ({ source_asset: asset }) => shortAsset(asset) },
  { head: 'destination', align: 'left', cell: ({ dest_asset: asset }) => shortAsset(asset) },
  { head: 'attempts', align: 'right', cell: ({ attempted }) => String(attempted) },
  ...RATE,
  { head: 'delivered', align: 'right', cell: ({ delivered }) => delivered.replace(/\.?0+$/, '') },
  {
    head: 'self',
    align: 'right',
    cell: ({ self }) => (self.attempted === 0 ? '' : `${self.succeeded} of ${self.attempted}`),
  },
  {
    head: 'failures',
    align: 'left',
    cell: ({ failures = new Map() }) =>
      [...failures].map(([reason, count]) => `${reason} ${count}`).join(', '),
  },
];

/** For a terminal of 80 columns: amounts to two decimals. */
const COMPACT: readonly Column[] = [
  {
    head: 'corridor',
    align: 'left',
    cell: ({ source_asset, dest_asset }) => `${codeAndIssuer(source_asset)} → ${codeAndIssuer(dest_asset)}`,
  },
  { head: 'attempts', align: 'right', cell: ({ attempted }) => grouped(String(attempted)) },
  ...RATE,
  {
    head: 'delivered',
    align: 'right',
    cell: ({ delivered, dest_asset }) => `${grouped(delivered)} ${codeOf(dest_asset)}`,
  },
];

/** Corridors as text for people: a line of heads, then a line for each corridor. */
export function corridorTable(corridors: readonly TableCorridor[], view: 'full' | 'compact'): string[] {
  const columns = view === 'full' ? FULL : COMPACT;
  const rows = [
    columns.map(({ head }) => head),
    ...corridors.map((corridor) => columns.map(({ cell }) => cell(corridor))),
  ];
  const widths = columns.map((_, index) => Math.max(...rows.map((cells) => cells[index]?.length ?? 0)));
  return rows.map((cells) =>
    columns
      .map(({ align }, index) => {
        const [cell = '', width = 0] = [cells[index], widths[index]];
        return align === 'left' ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}

/** `USDC:GA5Z…KZVN`. */
function shortAsset(asset: string): string {
  const [code = '', issuer] = asset.split(':');
  return issuer === undefined ? asset : `${code}:${issuer.slice(0, 4)}…${issuer.slice(-4)}`;
}

/** `USDC (…KZVN)`: anybody may issue an asset of any code, so the issuer is shown too. */
function codeAndIssuer(asset: string): string {
  const [, issuer] = asset.split(':');
  return issuer === undefined ? codeOf(asset) : `${codeOf(asset)} (…${issuer.slice(-4)})`;
}

function codeOf(asset: string): string {
  return asset === 'native' ? 'XLM' : (asset.split(':')[0] ?? asset);
}

/** `1234567.1234567` as `1,234,567.12`. */
function grouped(amount: string): string {
  const [whole = '', fraction] = amount.split('.');
  const digits = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? digits : `${digits}.${fraction.slice(0, 2)}`;
}
