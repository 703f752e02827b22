import { arrayLiteral, isoTime } from '../../sql.ts';
import type { Transaction } from '../../transaction.ts';
import type { AnchorPublication } from './publication.ts';
import { thinSnapshots } from './thin-snapshots.ts';

/** What anchors count and have now. Only what differs is written. */
export async function storeNumbers(
  { sql }: Transaction,
  { counts, corridors, assets, windows, revokedTo }: AnchorPublication,
): Promise<void> {
  await sql`
    merge into anchor_counts c using (
      select * from json_to_recordset(${JSON.stringify(counts)}::text::json)
        as each (anchor text, "window" text, attempts int, successes int, failures jsonb)
    ) each on c.anchor = each.anchor and c."window" = each."window"
    when matched and (c.attempts, c.successes, c.failures) is distinct from (each.attempts, each.successes, each.failures)
      then update set attempts = each.attempts, successes = each.successes, failures = each.failures
    when not matched then insert values (anchor, "window", attempts, successes, failures)
    when not matched by source then delete`;
  await sql`
    merge into anchor_corridors c using (
      select anchor, s.id as source, d.id as dest, attempts, successes, failures
      from json_to_recordset(${JSON.stringify(corridors)}::text::json)
        as each (anchor text, "sourceAsset" text, "destAsset" text, attempts int, successes int, failures jsonb)
      join assets s on s.asset = "sourceAsset" join assets d on d.asset = "destAsset"
    ) each on c.anchor = each.anchor and c.source_asset = each.source and c.dest_asset = each.dest
    when matched and (c.attempts, c.successes, c.failures) is distinct from (each.attempts, each.successes, each.failures)
      then update set attempts = each.attempts, successes = each.successes, failures = each.failures
    when not matched then insert values (anchor, source, dest, attempts, successes, failures)
    when not matched by source then delete`;
  await sql`
    merge into anchor_assets a using (
      select anchor, assets.id, "isListed"
      from json_to_recordset(${JSON.stringify(assets)}::text::json) as each (anchor text, asset text, "isListed" boolean)
      join assets using (asset)
    ) each on a.anchor = each.anchor and a.asset = each.id
    when matched and a.is_listed <> each."isListed" then update set is_listed = each."isListed"
    when not matched then insert values (anchor, id, "isListed")
    when not matched by source then delete`;
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
  await thinSnapshots(tx);
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
