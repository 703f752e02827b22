import type { AccountId } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';
import { hasId, type Criterion } from './criteria.ts';

/** An account, or one muxed account of it. */
export interface Party {
  readonly account: AccountId;
  /** Only with this id; default: with any, or none. */
  readonly muxedId?: bigint | undefined;
}

/** Whether a party is in a column of accounts; `id` is that of its account. The column `…_muxed_id` is beside it. */
export function hasParty(
  executor: Executor,
  column: string,
  { id, muxedId }: { readonly id: number; readonly muxedId?: bigint | undefined },
): Fragment {
  if (muxedId === undefined) return hasId(executor, column, id);
  const { sql } = executor;
  const muxed = sql(`${column}_muxed_id`);
  const value = sql`${muxedId.toString()}::numeric`;
  // Said twice for the reason that `hasId` has.
  return sql`${sql(column)} = ${id} and ${muxed} = ${value} and ${muxed} + 0 = ${value}`;
}

/** The union of two conditions that an index serves each. A row may meet both, so that neither has rows to leave out. */
export function eitherOf({ sql }: Executor, one: Fragment, other: Fragment): Criterion {
  return { holds: sql`((${one}) or (${other}))`, branches: [one, other] };
}
