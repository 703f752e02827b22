import type { SeparateCounts } from '@stellar-insights/analytics';
import type { Fragment } from '../database.ts';
import type { Transaction } from '../transaction.ts';

export interface CountsRow {
  readonly attempts: number;
  readonly successes: number;
  readonly delivered: string;
  readonly self_attempts: number;
  readonly self_successes: number;
  readonly self_delivered: string;
}

/** The table `cells`: numbers of attempts by bucket, corridor and `is_self`. Needs the tables of `attemptsInWindow`. */
export function attemptCells({ sql }: Transaction): Fragment {
  return sql`
    cells as (
      select bucket_start, source_asset, dest_asset, is_self,
             attempts::int8 as attempts, successes::int8 as successes, delivered
      from bucketed
      union all
      select bucket_start, source_asset, dest_asset, is_self, count(*),
             count(*) filter (where succeeded), coalesce(sum(delivered), 0)
      from unbucketed group by 1, 2, 3, 4
    )`;
}

/** The columns of a `CountsRow`, summed over `cells`. */
export function sumsOfCells({ sql }: Transaction): Fragment {
  return sql`
    coalesce(sum(attempts) filter (where not is_self), 0)::float8 as attempts,
    coalesce(sum(successes) filter (where not is_self), 0)::float8 as successes,
    coalesce(sum(delivered) filter (where not is_self), 0)::text as delivered,
    coalesce(sum(attempts) filter (where is_self), 0)::float8 as self_attempts,
    coalesce(sum(successes) filter (where is_self), 0)::float8 as self_successes,
    coalesce(sum(delivered) filter (where is_self), 0)::text as self_delivered`;
}

export function separateCounts(row: CountsRow): SeparateCounts {
  return {
    others: { attempts: row.attempts, successes: row.successes, delivered: BigInt(row.delivered) },
    self: {
      attempts: row.self_attempts,
      successes: row.self_successes,
      delivered: BigInt(row.self_delivered),
    },
  };
}
