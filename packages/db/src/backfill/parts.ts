import type { Database, RunOptions } from '../database.ts';
import { PARTITION_LEDGERS, partitionStart } from '../partitions/fact-partitions.ts';
import type { BackfillRange } from './backfill.ts';

/** Missing ledgers of one partition. */
export interface BackfillPart extends BackfillRange {
  readonly backfill: string;
  /** Those that are not loaded, or not to their end. */
  readonly chunks: readonly BackfillRange[];
}

export interface ReadPartsOptions extends RunOptions {
  /** Default: all. */
  readonly limit?: number;
  /** The first ledger of the last part of the page before. */
  readonly before?: number;
}

/** The parts that are not visible, newest first: so what is visible always reaches to the tip. */
export async function readBackfillParts(
  db: Database,
  id: string,
  { limit, before, ...options }: ReadPartsOptions = {},
): Promise<BackfillPart[]> {
  const rows = await db.run(
    ({ sql }) => sql<(BackfillRange & { chunkLedgers: number; loaded: number[] })[]>`
      select p.first::float8 as first, p.last::float8 as last, chunk_ledgers as "chunkLedgers",
             (select coalesce(json_agg(c.first), '[]') from backfill_chunks c
              where c.backfill = p.backfill and c.first between p.first and p.last
                and c.loaded_to = least(c.first + chunk_ledgers - 1, p.last)) as loaded
      from backfill_parts p join backfills b on b.id = p.backfill
      where p.backfill = ${id} and visible_at is null and b.ended_at is null and p.first < ${before ?? Infinity}::float8
      order by p.first desc limit ${limit ?? null}`,
    options,
  );
  return rows.map(({ first, last, chunkLedgers, loaded }) => {
    const done = new Set(loaded);
    const chunks = chunksOf({ first, last }, chunkLedgers).filter((chunk) => !done.has(chunk.first));
    return { backfill: id, first, last, chunks };
  });
}

/** Oldest first. */
function chunksOf({ first, last }: BackfillRange, chunkLedgers: number): BackfillRange[] {
  return Array.from({ length: Math.ceil((last - first + 1) / chunkLedgers) }, (_, place) => {
    const from = first + place * chunkLedgers;
    return { first: from, last: Math.min(from + chunkLedgers - 1, last) };
  });
}

/** The pieces of a range that lie in one partition each, oldest first. */
export function byPartition({ first, last }: BackfillRange): BackfillRange[] {
  const pieces: BackfillRange[] = [];
  for (let from = first; from <= last;) {
    const to = Math.min(partitionStart(from) + PARTITION_LEDGERS - 1, last);
    pieces.push({ first: from, last: to });
    from = to + 1;
  }
  return pieces;
}
