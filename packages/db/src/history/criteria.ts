import type { AccountId, AssetId, ResultCode } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';
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

/**
 * Whether a column of ids has a value. The second half says the same again, in a way that no statistics describe. Without
 * it, the planner may trust them and read all rows by their key until enough of them fit, however far these are.
 */
export function hasId({ sql }: Executor, column: string, value: number): Fragment {
  return sql`${sql(column)} = ${value} and ${sql(column)} + 0 = ${value}`;
}

/** The conjunction of conditions. */
export function allOf({ sql }: Executor, conditions: readonly Fragment[]): Fragment {
  return conditions.reduce((all, condition) => sql`${all} and ${condition}`, sql`true`);
}

interface FilterNames {
  readonly accounts?: readonly (AccountId | undefined)[];
  readonly assets?: readonly (AssetId | undefined)[];
  readonly codes?: readonly (ResultCode | undefined)[];
}

/** The ids of the names in a filter. Null if the dictionary lacks one of them: then nothing fits. */
export async function findFilterIds(executor: Executor, names: FilterNames) {
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
