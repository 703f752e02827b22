import type { AccountId, AssetId } from '@stellar-insights/ledger';
import type { Fragment } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import { figuresOfRow, selectedFigures, type AssetFigures, type FiguresRow } from './figures.ts';

/** What is said now, less what was said at a time. */
export interface AssetChange {
  readonly trustlines: number;
  readonly authorized: number;
  /** Stroops; null if one of the two is not known. */
  readonly supply: bigint | null;
}

/** Each asset has been read at a time of its own. */
export interface AssetStatistics extends AssetFigures {
  readonly asset: AssetId;
  /** Against the last reading that was kept at least so long before `readAt`; null without one. */
  readonly change24h: AssetChange | null;
  readonly change7d: AssetChange | null;
}

/** `asset`: by name. Otherwise largest first, and equal ones by name; `change_…`: of the number of trustlines. */
export type AssetOrder = 'asset' | 'trustlines' | 'authorized' | 'change_24h' | 'change_7d';

/** Where a page of a list ends. `value` is what the list is ordered by; 0 if by name. */
export interface AssetPlace {
  readonly value: number;
  readonly asset: AssetId;
}

export interface AssetListOptions {
  readonly by: AssetOrder;
  readonly code?: string | undefined;
  readonly issuer?: AccountId | undefined;
  readonly after?: AssetPlace | undefined;
  readonly limit: number;
}

/** The assets that have a value, as the source of the last sync reported them. None before the first sync. */
export async function listAssets(
  tx: Transaction,
  { by, code, issuer, after, limit }: AssetListOptions,
): Promise<(AssetStatistics & { readonly place: AssetPlace })[]> {
  const { sql } = tx;
  const value = by === 'asset' ? sql`0` : sql.unsafe(by);
  const order = by === 'asset' ? sql`name collate "C"` : sql`${value} desc, name collate "C"`;
  const ofCode = code === undefined ? sql`` : sql`and code = ${code}`;
  const ofIssuer = issuer === undefined ? sql`` : sql`and issuer = ${issuer}`;
  const rows = await sql<(AssetRow & { value: number })[]>`
    select ${assetColumns(tx)}, ${value} as value from asset_statistics
    where source = ${currentSource(tx)} and ${beyond(tx, by, after)} ${ofCode} ${ofIssuer}
    order by ${order} limit ${limit}`;
  return rows.map((row) => ({ ...assetOfRow(row), place: { value: row.value, asset: row.name } }));
}

/** The first condition is where a scan of the index begins. */
function beyond({ sql }: Transaction, by: AssetOrder, after: AssetPlace | undefined): Fragment {
  if (by === 'asset') return after ? sql`name collate "C" > ${after.asset}` : sql`true`;
  const value = sql.unsafe(by);
  if (after === undefined) return sql`${value} is not null`;
  const { value: last, asset } = after;
  return sql`${value} <= ${last}::int4 and (${value} < ${last}::int4 or name collate "C" > ${asset})`;
}

/** Null if the source of the last sync has said nothing about the asset. */
export async function readAsset(tx: Transaction, asset: AssetId): Promise<AssetStatistics | null> {
  const { sql } = tx;
  const [row] = await sql<AssetRow[]>`
    select ${assetColumns(tx)} from asset_statistics
    where asset = (select id from assets where asset = ${asset}) and source = ${currentSource(tx)}`;
  return row === undefined ? null : assetOfRow(row);
}

/** Readings of another source are not comparable, and wait to be replaced. */
export function currentSource({ sql }: Transaction): Fragment {
  return sql`(select source from state_syncs where name = 'assets')`;
}

interface AssetRow extends FiguresRow {
  readonly name: AssetId;
  readonly change_24h: number | null;
  readonly authorized_change_24h: number | null;
  readonly supply_change_24h: string | null;
  readonly change_7d: number | null;
  readonly authorized_change_7d: number | null;
  readonly supply_change_7d: string | null;
}

function assetColumns(tx: Transaction): Fragment {
  return tx.sql`
    name, ${selectedFigures(tx)}, change_24h, authorized_change_24h, supply_change_24h::text,
    change_7d, authorized_change_7d, supply_change_7d::text`;
}

function assetOfRow(row: AssetRow): AssetStatistics {
  return {
    asset: row.name,
    ...figuresOfRow(row),
    change24h: changeOf(row.change_24h, row.authorized_change_24h, row.supply_change_24h),
    change7d: changeOf(row.change_7d, row.authorized_change_7d, row.supply_change_7d),
  };
}

function changeOf(
  trustlines: number | null,
  authorized: number | null,
  supply: string | null,
): AssetChange | null {
  if (trustlines === null || authorized === null) return null;
  return { trustlines, authorized, supply: supply === null ? null : BigInt(supply) };
}
