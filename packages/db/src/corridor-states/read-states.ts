import type { CorridorCounts, CorridorHealth, Incident } from '@stellar-insights/analytics';
import { unnestCorridors, type Corridor } from '../corridors/attempt-rows.ts';
import { separateCounts, type CountsRow } from '../corridors/corridor-counts.ts';
import { countCorridors } from '../corridors/count-corridors.ts';
import type { Window } from '../corridors/window.ts';
import type { Database } from '../database.ts';
import type { Transaction } from '../transaction.ts';

/** What was last published about a corridor. */
export type CorridorState = CorridorCounts & CorridorHealth;

/** A corridor whose state may have changed. */
export interface ChangedCorridor {
  readonly counts: CorridorCounts;
  /** Null if nothing was published yet. */
  readonly published: CorridorState | null;
}

export interface CorridorChanges {
  readonly corridors: readonly ChangedCorridor[];
  /** The marks that were looked at, and the publication that they followed: for `publishStates`. */
  readonly seen: { readonly marks: readonly bigint[]; readonly revision: bigint };
}

/** Several marks are of one corridor. */
const MARKS_PER_CORRIDOR = 10;

const NOTHING = { attempts: 0, successes: 0, delivered: 0n };

/**
 * The corridors that were marked longest ago, with all of their marks and their counts in the window. Run it in the snapshot of the
 * window.
 */
export async function readChanges(
  tx: Transaction,
  { window, limit }: { readonly window: Window; readonly limit: number },
): Promise<CorridorChanges> {
  const { sql } = tx;
  const [publication] = await sql<{ revision: bigint }[]>`select revision from corridor_publication`;
  const marked = await sql<(Corridor & { marks: string })[]>`
    with oldest as (
      select source_asset, dest_asset, min(id) as first
      from (select * from corridor_changes order by id limit ${limit * MARKS_PER_CORRIDOR}) marks
      group by 1, 2 order by min(id) limit ${limit}
    ), marked as (
      select source_asset, dest_asset, first, string_agg(id::text, ',') as marks
      from oldest join corridor_changes using (source_asset, dest_asset) group by 1, 2, 3
    )
    select s.asset as "sourceAsset", d.asset as "destAsset", marks
    from marked join assets s on s.id = source_asset join assets d on d.id = dest_asset order by first`;
  const published = byCorridor(await readStates(tx, marked));
  const counted = byCorridor(await countCorridors(tx, { window, corridors: marked }));
  return {
    corridors: marked.map((corridor) => {
      const { sourceAsset, destAsset } = corridor;
      const counts = counted.get(keyOf(corridor)) ?? {
        sourceAsset,
        destAsset,
        others: NOTHING,
        self: NOTHING,
      };
      return { counts, published: published.get(keyOf(corridor)) ?? null };
    }),
    seen: {
      marks: marked.flatMap(({ marks }) => marks.split(',').map(BigInt)),
      revision: publication?.revision ?? 0n,
    },
  };
}

/** The health of these corridors as it was last published, by `keyOf` the corridor. */
export async function readCorridorHealth(
  tx: Transaction,
  corridors: readonly Corridor[],
): Promise<(corridor: Corridor) => CorridorHealth | null> {
  const states = byCorridor(await readStates(tx, corridors));
  return (corridor) => states.get(keyOf(corridor)) ?? null;
}

/** How many corridors are degraded. */
export async function countOpenIncidents(db: Database): Promise<number> {
  const [row] = await db.run(
    ({ sql }) => sql<{ open: number }[]>`
      select count(*)::float8 as open from corridor_incidents where ended_at is null`,
  );
  return row?.open ?? 0;
}

type StateRow = CountsRow &
  Corridor &
  Pick<CorridorHealth, 'status' | 'since'> &
  ({ readonly id: null } | Incident);

async function readStates({ sql }: Transaction, corridors: readonly Corridor[]): Promise<CorridorState[]> {
  const rows = await sql<StateRow[]>`
    select source as "sourceAsset", dest as "destAsset", status,
           attempts, successes, delivered::text, self_attempts, self_successes, self_delivered::text,
           (extract(epoch from since) * 1000)::float8 as since,
           i.id, i.reason, i.blame, (extract(epoch from i.started_at) * 1000)::float8 as "startedAt"
    from ${unnestCorridors({ sql }, corridors)}
    join assets s on s.asset = source join assets d on d.asset = dest
    join corridor_states on source_asset = s.id and dest_asset = d.id
    left join corridor_incidents i on i.source_asset = s.id and i.dest_asset = d.id and i.ended_at is null`;
  return rows.map((row) => {
    const { sourceAsset, destAsset, status, since } = row;
    const incident =
      row.id === null ? null : { id: row.id, startedAt: row.startedAt, reason: row.reason, blame: row.blame };
    return { sourceAsset, destAsset, ...separateCounts(row), status, since, incident };
  });
}

function byCorridor<Row extends Corridor>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [keyOf(row), row]));
}

function keyOf({ sourceAsset, destAsset }: Corridor): string {
  return `${sourceAsset}/${destAsset}`;
}
