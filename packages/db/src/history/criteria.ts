import type { Address, AssetId, ResultCode } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';
import { HASH_PREFIX } from '../tables/fact-indexes.ts';
import { findIds, type Kind } from '../dictionary/index.ts';

/** A condition on a row of a table of facts. */
export interface Criterion {
  readonly holds: Fragment;
  /** Conditions whose union is `holds`, and each of which an index serves, ordered by ledger. None without an index. */
  readonly branches: readonly Fragment[];
}

/** A condition that one index serves. */
export function byIndex(holds: Fragment): Criterion {
  return { holds, branches: [holds] };
}

/** What a value of a filter says; nothing if the filter does not have it. */
export function whereGiven<Value>(
  value: Value | undefined,
  says: (value: Value) => Criterion | Criterion[],
): Criterion[] {
  return value === undefined ? [] : [says(value)].flat();
}

/** A condition that no index serves: so many rows meet it that it would not be worth its bytes, or hardly anybody asks for it. */
export function byReading(holds: Fragment): Criterion {
  return { holds, branches: [] };
}

/**
 * Whether a column of ids has a value. The second half says the same again, in a way that no statistics describe. Without
 * it, the planner may trust them and read all rows by their key until enough of them fit, however far these are.
 */
export function hasId({ sql }: Executor, column: string, value: number): Fragment {
  return sql`${sql(column)} = ${value} and ${sql(column)} + 0 = ${value}`;
}

/** Whether a column of hashes has a value. The index has its prefix; no statistics describe the second half, as in `hasId`. */
export function hasHash({ sql }: Executor, column: string, value: string): Fragment {
  const hash = sql`${Buffer.from(value, 'hex')}::bytea`;
  const prefix = (of: Fragment) => sql`substr(${of}, 1, ${sql.unsafe(String(HASH_PREFIX))})`;
  return sql`${prefix(sql`${sql(column)}`)} = ${prefix(hash)} and ${sql(column)} || ''::bytea = ${hash}`;
}

export interface OutcomeFilter {
  readonly succeeded?: boolean | undefined;
  /** Why it failed. */
  readonly reason?: ResultCode | undefined;
}

export function outcomeCriteria(
  executor: Executor,
  { succeeded, reason }: OutcomeFilter,
  { code }: FilterIds,
): Criterion[] {
  const { sql } = executor;
  const failedBy = (id: number) => sql`${hasId(executor, 'failure_reason', id)} and not succeeded`;
  return [
    ...whereGiven(reason, (name) => byIndex(failedBy(code(name)))),
    ...whereGiven(succeeded, (outcome) => byReading(sql`succeeded = ${outcome}`)),
  ];
}

/** Whether the column `type` has a word, by its letter. */
export function isOfType({ sql }: Executor, letter: string): Criterion {
  return byReading(sql.unsafe(`type = '${letter}'`));
}

/** The conjunction of conditions. */
export function allOf({ sql }: Executor, conditions: readonly Fragment[]): Fragment {
  return conditions.reduce((all, condition) => sql`${all} and ${condition}`, sql`true`);
}

interface FilterNames {
  readonly accounts?: readonly (Address | undefined)[];
  readonly assets?: readonly (AssetId | undefined)[];
  readonly codes?: readonly (ResultCode | undefined)[];
}

/** The ids of the names that were looked up. */
export type FilterIds = Readonly<Record<'account' | 'asset' | 'code', (name: string) => number>>;

/** The ids of the names in a filter. Null if the dictionary lacks one of them: then nothing fits. */
export async function findFilterIds(executor: Executor, names: FilterNames): Promise<FilterIds | null> {
  const accounts = given(names.accounts);
  const assets = given(names.assets);
  const codes = given(names.codes);
  const count = accounts.size + assets.size + codes.size;
  const ids = count === 0 ? undefined : await findIds(executor, { accounts, assets, codes });
  if (ids !== undefined && ids.accounts.size + ids.assets.size + ids.codes.size < count) return null;
  const idOf = (kind: Kind) => (name: string) => ids?.[kind].get(name) ?? 0;
  return { account: idOf('accounts'), asset: idOf('assets'), code: idOf('codes') };
}

function given<Name>(names: readonly (Name | undefined)[] = []): Set<Name> {
  return new Set(names.filter((name) => name !== undefined));
}
