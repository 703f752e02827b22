import type { AccountId } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';
import { byIndex, byReading, hasId, whereGiven, type Criterion, type FilterIds } from './criteria.ts';

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

/** A party in a column whose index has no muxed ids: that of the account leads to rows among which they are looked for. */
export function partyCriteria(
  executor: Executor,
  column: string,
  { account, muxedId }: Party,
  ids: FilterIds,
): Criterion[] {
  return [
    byIndex(hasId(executor, column, ids.account(account))),
    ...whereGiven(muxedId, (id) => byReading(hasMuxedId(executor, column, id))),
  ];
}

/** The same of a party in one of two columns. */
export function eitherPartyCriteria(
  executor: Executor,
  [one, other]: readonly [string, string],
  { account, muxedId }: Party,
  ids: FilterIds,
): Criterion[] {
  const { sql } = executor;
  const has = (column: string) => hasId(executor, column, ids.account(account));
  const isMuxed = (column: string, id: bigint) => sql`${has(column)} and ${hasMuxedId(executor, column, id)}`;
  return [
    eitherOf(executor, has(one), has(other)),
    ...whereGiven(muxedId, (id) => byReading(sql`((${isMuxed(one, id)}) or (${isMuxed(other, id)}))`)),
  ];
}

/** Whether the column of muxed ids beside a column of accounts has a value. */
function hasMuxedId({ sql }: Executor, column: string, value: bigint): Fragment {
  return sql`${sql(`${column}_muxed_id`)} = ${value.toString()}::numeric`;
}

/** The union of conditions that an index serves each. A row may meet several, so that none has rows to leave out. */
export function eitherOf({ sql }: Executor, first: Fragment, ...others: readonly Fragment[]): Criterion {
  const holds = others.reduce((union, other) => sql`${union} or (${other})`, sql`(${first})`);
  return { holds: sql`(${holds})`, branches: [first, ...others] };
}
