import type { AnchorWindow, CountedCorridor } from '@stellar-insights/analytics';
import { BLAMES, type AccountId, type AssetId, type Blame, type ResultCode } from '@stellar-insights/ledger';
import type { Corridor } from '../../corridors/attempt-rows.ts';
import { attemptsInWindow } from '../../corridors/attempts-in-window.ts';
import { resolveWindow, type Window } from '../../corridors/window.ts';
import type { Fragment } from '../../database.ts';
import { arrayLiteral } from '../../sql.ts';
import type { Transaction } from '../../transaction.ts';

export interface IssuersCount {
  /** Null while no ledger is stored. */
  readonly window: Window | null;
  /** Those with attempts, the ones with the most first. */
  readonly corridors: readonly CountedCorridor[];
}

/**
 * The corridors whose source or destination asset one of these accounts has issued, without self-payments. Run it in a snapshot. It
 * reads the rows of the window's days, hours and buckets.
 */
export async function countIssuerCorridors(
  tx: Transaction,
  { windowMs, issuers }: { readonly windowMs: number; readonly issuers: readonly AccountId[] },
): Promise<IssuersCount> {
  const { sql } = tx;
  const window = await resolveWindow(tx, { windowMs });
  if (window === null) return { window, corridors: [] };
  const { tables } = await attemptsInWindow(tx, { window, details: 'failures' });
  const rows = await sql<CorridorRow[]>`
    with ${tables}, issuers as materialized (
      select unnest(${arrayLiteral(issuers)}::text::text[]) as issuer
    ), counted as (
      select source_asset, dest_asset, attempts::int8, successes::int8 from bucketed where not is_self
      union all
      select source_asset, dest_asset, 1, succeeded::int from unbucketed where not is_self
    ), sums as (
      select source_asset, dest_asset, sum(attempts)::float8 as attempts, sum(successes)::float8 as successes
      from counted group by 1, 2
    ), own as materialized (
      select s.asset as "sourceAsset", d.asset as "destAsset", sums.*
      from sums, lateral (select asset from assets where id = source_asset offset 0) s,
           lateral (select asset from assets where id = dest_asset offset 0) d
      where ${isIssued(tx, 's')} or ${isIssued(tx, 'd')}
    ), blamed as (
      select source_asset, dest_asset, jsonb_object_agg(blame, count) as failures from (
        select source_asset, dest_asset, blame, sum(count) as count from (${failures(tx)}) failed group by 1, 2, 3
      ) each group by 1, 2
    )
    select "sourceAsset", "destAsset", attempts, successes, failures
    from own left join blamed using (source_asset, dest_asset) where attempts > 0
    order by attempts desc, "sourceAsset" collate "C", "destAsset" collate "C"`;
  return { window, corridors: rows.map(countedCorridor) };
}

/** The most frequent reason of failures in these corridors; null if nothing failed. */
export async function readMainFailure(
  tx: Transaction,
  { window, corridors }: { readonly window: Window; readonly corridors: readonly Corridor[] },
): Promise<{ readonly reason: ResultCode; readonly blame: Blame } | null> {
  const { tables } = await attemptsInWindow(tx, { window, corridors, details: 'failures' });
  const [main] = await tx.sql<{ reason: ResultCode; blame: Blame }[]>`
    with ${tables}, failed as (${failures(tx)})
    select reason, blame from failed group by reason, blame
    order by sum(count) desc, reason collate "C", blame collate "C" limit 1`;
  return main ?? null;
}

/** What is published of a window. */
export function windowOf({ from, to, fromLedger, toLedger }: Window): AnchorWindow {
  return { from, to, fromLedger, toLedger };
}

interface CorridorRow {
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
  readonly attempts: number;
  readonly successes: number;
  readonly failures: Partial<Record<Blame, number>> | null;
}

function countedCorridor({ failures: found, ...row }: CorridorRow): CountedCorridor {
  const failed = Object.fromEntries(BLAMES.map((blame) => [blame, found?.[blame] ?? 0]));
  return { ...row, failures: failed as Record<Blame, number> };
}

/** Failures by corridor, reason and blame, several rows of each. Needs the tables of `attemptsInWindow`. */
function failures({ sql }: Transaction): Fragment {
  return sql`
    select source_asset, dest_asset, each.reason, each.blame, each.count
    from bucketed, jsonb_to_recordset(bucketed.failures) as each (reason text, blame text, count int8) where not is_self
    union all
    select source_asset, dest_asset, reason, blame, 1 from unbucketed where not is_self and not succeeded`;
}

/** By a hash of all issuers: `= any` would compare each corridor with each of them. */
function isIssued({ sql }: Transaction, table: 's' | 'd'): Fragment {
  return sql`split_part(${sql(table)}.asset, ':', 2) in (select issuer from issuers)`;
}
