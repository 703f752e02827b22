import type { Fragment } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import { ofAssets, selectAttempts, type AssetFilter, type AttemptLedgers } from './attempt-rows.ts';
import { isoTime } from '../sql.ts';
import {
  BUCKETS,
  ceilTo,
  DAYS,
  finestTierAt,
  floorTo,
  HOURS,
  splitByTiers,
  TIERS,
  unitOf,
  type TierHorizons,
  type TierRange,
} from './tiers.ts';
import type { Window } from './window.ts';

/** Which attempts are counted; those of all corridors if neither corridors nor an asset are named. */
export interface AttemptFilter extends AssetFilter {
  readonly window: Window;
  /** A part of the window, in unix milliseconds: from (inclusive) to (exclusive). */
  readonly part?: { readonly from: number; readonly to: number };
  /** The longest time that one row may stand for, in milliseconds. Default: a day. */
  readonly coarsestMs?: number;
  /** What is read of rows beside the numbers of attempts. */
  readonly details?: 'failures' | 'size_classes';
}

/**
 * The tables `bucketed` (rows of tiers) and `unbucketed` (single attempts, with the `bucket_start` of the row that will count
 * them), which together hold every attempt of the window once.
 *
 * Days serve the middle of the window, hours and buckets of five minutes its ends. A day that a ledger has touched since it was
 * computed (it is dirty) is served by its hours, a dirty hour by its buckets, and a dirty bucket by its attempts themselves, as is
 * the bucket that reaches beyond the window. Run it in the snapshot that the window was read in.
 */
export async function attemptsInWindow(
  tx: Transaction,
  { coarsestMs = DAYS.ms, details, ...filter }: AttemptFilter,
): Promise<{ readonly tables: Fragment }> {
  const { sql } = tx;
  const { window, sourceAsset, destAsset, corridors } = filter;
  const stretch = stretchOf(filter);
  const corridor = ofAssets(tx, filter);
  const dirty = selectDirty(tx, window, sql`${inRange(tx, stretch)} ${corridor}`);
  const { ledgers, firstDirty } = await readTouched(tx, dirty, window, stretch.open);
  const ranges = splitByTiers(
    stretch.from,
    stretch.to,
    TIERS.filter(({ ms }) => ms <= coarsestMs),
  );
  const selects = [
    ...ranges.flatMap((range) => rowsOf(tx, range, firstDirty)),
    ...replacements(ranges, window, firstDirty).map(
      ({ coarser, ...range }) => sql`${cleanRowsOf(tx, range)} and ${isDirty(tx, coarser)}`,
    ),
  ].map((select) => sql`${select} ${corridor}`);
  const open = stretch.open === null ? null : isoTime(stretch.open);
  const tables = sql`
    dirty as materialized (${dirty}),
    bucketed as (${unionOf(tx, selects, details)}),
    unbucketed as (
      select a.*, unit as bucket_start
      from (${selectAttempts(tx, { ledgers, sourceAsset, destAsset, ...(corridors && { corridors }) })}) a, lateral (
        select ${unitOf(tx, window, sql`closed_at`)} as unit from ledgers where sequence = a.ledger
        -- For a join the planner may choose to read all ledgers.
        offset 0
      ) l
      where unit = ${open}::timestamptz or exists (
        select from dirty d
        where d.unit = l.unit and d.source_asset = a.source_asset and d.dest_asset = a.dest_asset)
    )`;
  return { tables };
}

interface Stretch {
  readonly from: number;
  /** The rows that begin from here on are not taken. If the window is not past, nothing is stored after its last day. */
  readonly to: number;
  /** The start of the row that holds more than the window; null if there is none. */
  readonly open: number | null;
}

function stretchOf({ window, part }: Pick<AttemptFilter, 'window' | 'part'>): Stretch {
  const { from = window.from, to = Infinity } = part ?? {};
  const isCut = window.isPast && window.end === null;
  const open = isCut ? floorTo(window.to, finestTierAt(window.to, window)) : null;
  const end = window.end ?? open ?? ceilTo(window.to + 1, DAYS);
  return { from, to: Math.min(to, end), open: open !== null && open >= from && open < to ? open : null };
}

/**
 * The table `dirty`: what to count from payments instead of from rows. `unit` is the row of the finest tier kept. A mark whose
 * facts are not all kept any more is given up by `syncCorridorBuckets`, so it is not counted here either.
 */
function selectDirty(tx: Transaction, window: TierHorizons, where: Fragment): Fragment {
  const { sql } = tx;
  const { factsLostUntil: lost } = window;
  return sql`
    select distinct unit, source_asset, dest_asset,
           date_bin('1 hour', unit, 'epoch') as hour, date_bin('1 day', unit, 'epoch') as day
    from (
      select ${unitOf(tx, window, sql`bucket_start`)} as unit, source_asset, dest_asset
      from dirty_corridor_buckets where ${where}
    ) marks
    ${lost === -Infinity ? sql`` : sql`where unit > ${isoTime(lost)}`}`;
}

interface TouchedRow {
  readonly first: bigint | null;
  readonly last: bigint | null;
  readonly sequences: string | null;
  readonly firstDirty: number | null;
}

/**
 * The ledgers whose payments are to be counted, and the first dirty unit. Read first, so that the planner knows how few the
 * ledgers are: for a join it would assume a scan of all payments. What follows in the transaction is planned for its own times: a
 * plan for any times would assume that they span little.
 */
async function readTouched(
  tx: Transaction,
  dirty: Fragment,
  window: Window,
  open: number | null,
): Promise<{ readonly ledgers: AttemptLedgers; readonly firstDirty: number | null }> {
  const { sql } = tx;
  const { bucketsFrom, hoursFrom, toLedger } = window;
  const [row] = await sql<TouchedRow[]>`
    with units as (select distinct unit from (${dirty}) dirty)
    select min(sequence) as first, max(sequence) as last, string_agg(sequence::text, ',') as sequences,
           (select (extract(epoch from min(unit)) * 1000)::float8 from units) as "firstDirty",
           set_config('plan_cache_mode', 'force_custom_plan', true)
    from (select unit from units union select ${open === null ? null : isoTime(open)}::timestamptz) touched, lateral (
      select sequence from ledgers
      where closed_at >= unit and closed_at < unit + case
          when unit >= ${isoTime(bucketsFrom)} then interval '5 minutes'
          when unit >= ${isoTime(hoursFrom)} then interval '1 hour'
          else interval '1 day' end
        and sequence <= ${toLedger}
      offset 0
    ) each`;
  const { first = null, last = null, sequences, firstDirty = null } = row ?? {};
  return { ledgers: { first, last, only: `{${sequences ?? ''}}` }, firstDirty };
}

/** Where rows of a finer tier take the place of dirty rows of a coarser one. */
function replacements(
  ranges: readonly TierRange[],
  { bucketsFrom, hoursFrom }: TierHorizons,
  firstDirty: number | null,
): (TierRange & { readonly coarser: TierRange['tier'] })[] {
  if (firstDirty === null) return [];
  const steps = [
    { tier: HOURS, coarser: DAYS, kept: hoursFrom },
    { tier: BUCKETS, coarser: HOURS, kept: bucketsFrom },
  ] as const;
  return steps.flatMap(({ tier, coarser, kept }) =>
    ranges
      .filter((range) => range.tier.ms >= coarser.ms)
      .map(({ from, to }) => ({
        tier,
        coarser,
        from: Math.max(from, kept, floorTo(firstDirty, coarser)),
        to,
      }))
      .filter(({ from, to }) => from < to),
  );
}

/** What follows the select list, for the rows of a stretch that are not dirty: none before `firstDirty` is. */
function rowsOf(tx: Transaction, { tier, from, to }: TierRange, firstDirty: number | null): Fragment[] {
  const cut = firstDirty === null ? to : Math.min(Math.max(floorTo(firstDirty, tier), from), to);
  return [
    ...(from < cut ? [allRowsOf(tx, { tier, from, to: cut })] : []),
    ...(cut < to ? [cleanRowsOf(tx, { tier, from: cut, to })] : []),
  ];
}

function allRowsOf(tx: Transaction, range: TierRange): Fragment {
  const { sql } = tx;
  return sql`from ${sql(range.tier.table)} r where ${inRange(tx, range)}`;
}

function cleanRowsOf(tx: Transaction, range: TierRange): Fragment {
  return tx.sql`${allRowsOf(tx, range)} and not ${isDirty(tx, range.tier)}`;
}

/** Whether the row of that tier which counts the row `r`, or is it, is dirty. */
function isDirty({ sql }: Transaction, tier: TierRange['tier']): Fragment {
  const start = {
    [BUCKETS.table]: sql`d.unit = r.bucket_start`,
    [HOURS.table]: sql`d.hour = date_bin('1 hour', r.bucket_start, 'epoch')`,
    [DAYS.table]: sql`d.day = date_bin('1 day', r.bucket_start, 'epoch')`,
  }[tier.table];
  return sql`
    exists (select from dirty d
            where ${start} and d.source_asset = r.source_asset and d.dest_asset = r.dest_asset)`;
}

function inRange({ sql }: Transaction, { from, to }: Pick<TierRange, 'from' | 'to'>): Fragment {
  return sql`bucket_start >= ${isoTime(from)} and bucket_start < ${isoTime(to)}`;
}

function unionOf(tx: Transaction, selects: readonly Fragment[], details: AttemptFilter['details']): Fragment {
  const { sql } = tx;
  const columns = sql`
    select bucket_start, source_asset, dest_asset, is_self, attempts, successes, delivered
    ${details === undefined ? sql`` : sql`, ${sql(details)}`}`;
  const none = sql`from corridor_buckets r where false`;
  return (selects.length === 0 ? [none] : selects)
    .map((select) => sql`${columns} ${select}`)
    .reduce((all, select) => sql`${all} union all ${select}`);
}
