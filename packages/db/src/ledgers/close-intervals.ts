import type { Transaction } from '../transaction.ts';

export interface CloseIntervals {
  /** How many intervals were measured. */
  readonly count: number;
  readonly meanMs: number;
  readonly longestMs: number;
}

const LEDGERS = 100;

/** The times between the closes of the last hundred ledgers, without gaps. Null until two consecutive ledgers are stored. */
export async function readCloseIntervals({ sql }: Transaction): Promise<CloseIntervals | null> {
  const [row] = await sql<CloseIntervals[]>`
    select count(*)::float8 as count, (avg(seconds) * 1000)::float8 as "meanMs", (max(seconds) * 1000)::float8 as "longestMs"
    from (
      select extract(epoch from closed_at - lag(closed_at) over (order by sequence)) as seconds,
             sequence - lag(sequence) over (order by sequence) as step
      from (select sequence, closed_at from ledgers order by sequence desc limit ${LEDGERS}) last
    ) each where step = 1`;
  return row === undefined || row.count === 0 ? null : row;
}
