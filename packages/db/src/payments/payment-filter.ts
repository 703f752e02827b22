import type { AccountId, AssetId, Hash, ResultCode } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';
import { findIds } from '../dictionary/index.ts';

export interface PaymentFilter {
  /** Source or destination. */
  readonly account?: AccountId | undefined;
  /** Source or destination asset. */
  readonly asset?: AssetId | undefined;
  /** Outer or inner. */
  readonly transactionHash?: Hash | undefined;
  /** The whole memo as text: its text, its id in decimal, or its hash in hex. */
  readonly memo?: string | undefined;
  readonly succeeded?: boolean | undefined;
  readonly reason?: ResultCode | undefined;
}

/** A condition on a row of `payments`. */
export interface Criterion {
  readonly holds: Fragment;
  /** Conditions whose union is `holds`, and each of which an index serves, ordered by ledger. None without an index. */
  readonly branches: readonly Fragment[];
}

/** What a filter says of the payment itself. Null if no payment fits, since the dictionary lacks a name. */
export async function criteriaOf(
  executor: Executor,
  { account, asset, reason, succeeded }: PaymentFilter,
): Promise<Criterion[] | null> {
  const { sql } = executor;
  const criteria: Criterion[] = [];
  const names = { accounts: listed(account), assets: listed(asset), codes: listed(reason) };
  const count = names.accounts.length + names.assets.length + names.codes.length;
  if (count > 0) {
    const { accounts, assets, codes } = await findIds(executor, names);
    if (accounts.size + assets.size + codes.size < count) return null;
    for (const id of accounts.values()) criteria.push(ofAccount(executor, id));
    for (const id of assets.values()) criteria.push(ofAsset(executor, id));
    for (const id of codes.values()) criteria.push(ofReason(executor, id));
  }
  if (succeeded !== undefined) criteria.push({ holds: sql`succeeded = ${succeeded}`, branches: [] });
  return criteria;
}

function ofAccount(executor: Executor, id: number): Criterion {
  // A payment of the account to itself is in both branches, so that neither has rows to leave out.
  const branches = [byIndexOf(executor, 'source', id), byIndexOf(executor, 'destination', id)];
  return { holds: executor.sql`(source = ${id} or destination = ${id})`, branches };
}

function ofAsset(executor: Executor, id: number): Criterion {
  const { sql } = executor;
  const others = sql`${byIndexOf(executor, 'dest_asset', id)} and dest_asset <> source_asset`;
  return {
    holds: sql`(source_asset = ${id} or dest_asset = ${id})`,
    branches: [byIndexOf(executor, 'source_asset', id), others],
  };
}

function ofReason(executor: Executor, id: number): Criterion {
  const { sql } = executor;
  const holds = sql`${byIndexOf(executor, 'failure_reason', id)} and not succeeded`;
  return { holds, branches: [holds] };
}

/**
 * Whether a column has a value. The second half says the same again, in a way that no statistics describe. Without it, the
 * planner may trust them and read all payments by their key until enough of them fit, however far these are.
 */
function byIndexOf({ sql }: Executor, column: string, value: number): Fragment {
  return sql`${sql(column)} = ${value} and ${sql(column)} + 0 = ${value}`;
}

/** The conjunction of conditions. */
export function allOf({ sql }: Executor, conditions: readonly Fragment[]): Fragment {
  return conditions.reduce((all, condition) => sql`${all} and ${condition}`, sql`true`);
}

function listed<Name>(name: Name | undefined): Name[] {
  return name === undefined ? [] : [name];
}
