import type { AssetId } from '@stellar-insights/ledger';
import { isoTime } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { figuresOfRow, selectedFigures, type AssetFigures, type FiguresRow } from './figures.ts';
import { currentSource } from './list-assets.ts';

/** The last reading of a day on which something changed. It holds until the next one. */
export interface AssetDay extends AssetFigures {
  /** In UTC, as `2026-11-28`. */
  readonly day: string;
}

interface AssetDaysOptions {
  readonly asset: AssetId;
  /** Inclusive, in unix milliseconds. */
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly to?: number | undefined;
  /** The day that the page before ended with. */
  readonly after?: string | undefined;
  readonly limit: number;
}

type DayRow = FiguresRow & { readonly day: string };

/** Oldest first. Readings of another source than the last sync's are left out. */
export async function listAssetDays(
  tx: Transaction,
  { asset, from, to, after, limit }: AssetDaysOptions,
): Promise<AssetDay[]> {
  const { sql } = tx;
  const start = from === undefined ? sql`'-infinity'::timestamptz` : sql`${isoTime(from)}::timestamptz`;
  const end = to === undefined ? sql`'infinity'::timestamptz` : sql`${isoTime(to)}::timestamptz`;
  const next =
    after === undefined
      ? sql``
      : sql`and read_at >= ${after}::timestamp at time zone 'UTC' + interval '1 day'`;
  const rows = await sql<DayRow[]>`
    select distinct on (day) to_char(read_at at time zone 'UTC', 'YYYY-MM-DD') as day, ${selectedFigures(tx)}
    from asset_snapshots
    where asset = (select id from assets where asset = ${asset}) and source = ${currentSource(tx)}
      and read_at >= ${start} and read_at < ${end} ${next}
    order by day, read_at desc limit ${limit}`;
  return rows.map(dayOfRow);
}

/** The last reading at or before a time, in unix milliseconds; null if none is kept. */
export async function readAssetAt(
  tx: Transaction,
  { asset, at }: { readonly asset: AssetId; readonly at: number },
): Promise<AssetDay | null> {
  const { sql } = tx;
  const [row] = await sql<DayRow[]>`
    select to_char(read_at at time zone 'UTC', 'YYYY-MM-DD') as day, ${selectedFigures(tx)} from asset_snapshots
    where asset = (select id from assets where asset = ${asset}) and source = ${currentSource(tx)}
      and read_at <= ${isoTime(at)}
    order by read_at desc limit 1`;
  return row === undefined ? null : dayOfRow(row);
}

function dayOfRow({ day, ...row }: DayRow): AssetDay {
  return { day, ...figuresOfRow(row) };
}
