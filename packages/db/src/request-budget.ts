import type { Database, RunOptions } from './database.ts';

/** A budget that refills steadily: in any hour, all processes together take at most `perHour` requests from it. */
export interface RequestBudget {
  readonly name: string;
  /** At least 4. */
  readonly perHour: number;
}

export interface RequestOptions extends RunOptions {
  /** The share of what may be taken at once that this request leaves to others, 0 to below 1. Default: 0. */
  readonly reserve?: number;
}

/** A quarter of an hour's requests may be taken at once; the others become available in the course of the hour. */
const AT_ONCE = 1 / 4;

/**
 * Takes one request. Returns 0 if it may be made now, else the milliseconds until it may be asked for again. One row holds when the
 * budget is full again, and each request moves that time on: the generic cell rate algorithm.
 */
export async function takeRequest(
  db: Database,
  { name, perHour }: RequestBudget,
  { reserve = 0, ...options }: RequestOptions = {},
): Promise<number> {
  const atOnce = Math.floor(perHour * AT_ONCE);
  // Seconds until one more is available, and until an empty budget is full.
  const each = 3600 / (perHour - atOnce);
  const whole = each * atOnce;
  const allowed = each * Math.max(1, Math.floor(atOnce * (1 - reserve)));
  return await db.run(async ({ sql }) => {
    // A clock that was ahead leaves a time that no requests explain: no more than a whole budget is owed.
    const fullAt = sql`
      least(greatest(stored.full_at, clock_timestamp()), clock_timestamp() + make_interval(secs => ${whole}))
        + make_interval(secs => ${each})`;
    const taken = await sql`
      insert into request_budgets as stored (name, full_at)
      values (${name}, clock_timestamp() + make_interval(secs => ${each}))
      on conflict (name) do update set full_at = ${fullAt}
        where ${fullAt} <= clock_timestamp() + make_interval(secs => ${allowed})`;
    if (taken.count === 1) return 0;
    const [row] = await sql<{ waitMs: number }[]>`
      select ((extract(epoch from ${fullAt} - clock_timestamp()) - ${allowed}) * 1000)::float8 as "waitMs"
      from request_budgets stored where name = ${name}`;
    return Math.max(1, Math.ceil(row?.waitMs ?? 0));
  }, options);
}
