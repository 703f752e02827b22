import { arrayLiteral, isoTime } from '../../sql.ts';
import type { Transaction } from '../../transaction.ts';
import type { AnchorPublication } from './publication.ts';
import { expireHistory } from './expire-history.ts';

/** What anchors count and have now. Only what differs is written. */
export async function storeNumbers(
  { sql }: Transaction,
  { counts, corridors, assets, windows, revokedTo }: AnchorPublication,
): Promise<void> {
  await sql`
    with given as materialized (
      select * from json_to_recordset(${JSON.stringify(counts)}::text::json)
        as each (anchor text, "window" text, attempts int, successes int, failures jsonb)
    ), gone as (
      delete from anchor_counts where (anchor, "window") not in (select anchor, "window" from given)
    )
    insert into anchor_counts (anchor, "window", attempts, successes, failures)
    select * from given except select anchor, "window", attempts, successes, failures from anchor_counts
    on conflict (anchor, "window") do update set
      attempts = excluded.attempts, successes = excluded.successes, failures = excluded.failures`;
  await sql`
    with given as materialized (
      select anchor, s.id as source, d.id as dest, attempts, successes, failures
      from json_to_recordset(${JSON.stringify(corridors)}::text::json)
        as each (anchor text, "sourceAsset" text, "destAsset" text, attempts int, successes int, failures jsonb)
      join assets s on s.asset = "sourceAsset" join assets d on d.asset = "destAsset"
    ), gone as (
      delete from anchor_corridors where (anchor, source_asset, dest_asset) not in (select anchor, source, dest from given)
    )
    insert into anchor_corridors (anchor, source_asset, dest_asset, attempts, successes, failures)
    select * from given
    except select anchor, source_asset, dest_asset, attempts, successes, failures from anchor_corridors
    on conflict (anchor, source_asset, dest_asset) do update set
      attempts = excluded.attempts, successes = excluded.successes, failures = excluded.failures`;
  await sql`
    with given as materialized (
      select anchor, assets.id as asset, "isListed" as is_listed
      from json_to_recordset(${JSON.stringify(assets)}::text::json) as each (anchor text, asset text, "isListed" boolean)
      join assets using (asset)
    ), gone as (
      delete from anchor_assets where (anchor, asset) not in (select anchor, asset from given)
    )
    insert into anchor_assets (anchor, asset, is_listed)
    select * from given except select anchor, asset, is_listed from anchor_assets
    on conflict (anchor, asset) do update set is_listed = excluded.is_listed`;
  await sql`
    update anchor_progress set windows = ${windows === null ? null : JSON.stringify(windows)}::text::jsonb, revoked_to = ${revokedTo}`;
}

/** What was so at this snapshot, and incidents that end or begin with it. */
export async function storeHistory(
  tx: Transaction,
  { at, changed, windows, ended, begun }: AnchorPublication,
): Promise<void> {
  const { sql } = tx;
  const snapshots = changed.map(({ counts, ...anchor }) => ({ ...anchor, ...counts }));
  const window = windows?.['24h'];
  await sql`
    insert into anchor_snapshots (anchor, at, status, issuers, assets, attempts, successes, failures,
                                  window_from, window_to, from_ledger, to_ledger)
    select anchor, ${isoTime(at)}::timestamptz, status, issuers, assets, attempts, successes, failures,
           ${isoTime(window?.from ?? null)}::timestamptz, ${isoTime(window?.to ?? null)}::timestamptz,
           ${window?.fromLedger ?? null}::int8, ${window?.toLedger ?? null}::int8
    from json_to_recordset(${JSON.stringify(snapshots)}::text::json) as each (
      anchor text, status text, issuers int, assets int, attempts int, successes int, failures jsonb)`;
  await expireHistory(tx);
  await sql`
    update anchor_incidents set ended_at = ${isoTime(at)}
    where ended_at is null and anchor = any(${arrayLiteral(ended)}::text::text[])`;
  const rows = begun.map(({ id, anchor, kind, startedAt, endedAt, ledger, details }) => ({
    id,
    anchor,
    kind,
    started_at: isoTime(startedAt),
    ended_at: isoTime(endedAt),
    ledger,
    details,
  }));
  await sql`
    insert into anchor_incidents (id, anchor, kind, started_at, ended_at, ledger, details)
    select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as each (
      id uuid, anchor text, kind text, started_at timestamptz, ended_at timestamptz, ledger int8, details jsonb)`;
}
