import type { FailureCount } from '@stellar-insights/analytics';
import type { Transaction } from '../transaction.ts';
import { attemptsInWindow } from './attempts-in-window.ts';
import type { CorridorQuestion } from './read-corridor.ts';

/** Failures by reason and blame, most frequent first. */
export async function readCorridorFailures(
  tx: Transaction,
  { includeSelf, ...corridor }: CorridorQuestion & { readonly includeSelf: boolean },
): Promise<Readonly<FailureCount>[]> {
  const { sql } = tx;
  const { tables } = await attemptsInWindow(tx, corridor);
  const rows = await sql<FailureCount[]>`
    with ${tables}, failed as (
      select is_self, reason, blame, count
      from bucketed, jsonb_to_recordset(failures) as each (reason text, blame text, count int8)
      union all
      select is_self_payment, failure_reason, failure_blame::text, count(*)
      from unbucketed where not succeeded group by 1, 2, 3
    )
    select reason, blame, sum(count)::float8 as count
    from failed where ${includeSelf ? sql`true` : sql`not is_self`}
    group by 1, 2 order by sum(count) desc, reason collate "C", blame collate "C"`;
  return [...rows];
}
