import type { AccountId, AssetId, ResultCode } from '@stellar-insights/ledger';
import type { Executor } from '../database.ts';
import { byIndex, findFilterIds, hasId, type Criterion } from '../history/criteria.ts';
import type { Wanted } from '../history/part-reader.ts';
import { isFilterOfTransactions, type TransactionFilter } from '../history/read-by-transaction.ts';

export interface PaymentFilter extends TransactionFilter {
  /** Source or destination. */
  readonly account?: AccountId | undefined;
  /** Source or destination asset. */
  readonly asset?: AssetId | undefined;
  readonly succeeded?: boolean | undefined;
  readonly reason?: ResultCode | undefined;
}

/** Null if no payment fits, since the dictionary lacks a name. */
export async function paymentsWanted(
  executor: Executor,
  { account, asset, reason, succeeded, ...within }: PaymentFilter,
): Promise<Wanted | null> {
  const { sql } = executor;
  const ids = await findFilterIds(executor, { accounts: [account], assets: [asset], codes: [reason] });
  if (ids === null) return null;
  const criteria: Criterion[] = [];
  if (account !== undefined) criteria.push(ofAccount(executor, ids.account(account)));
  if (asset !== undefined) criteria.push(ofAsset(executor, ids.asset(asset)));
  if (reason !== undefined) criteria.push(ofReason(executor, ids.code(reason)));
  if (succeeded !== undefined) criteria.push({ holds: sql`succeeded = ${succeeded}`, branches: [] });
  return { criteria, within: isFilterOfTransactions(within) ? within : undefined };
}

function ofAccount(executor: Executor, id: number): Criterion {
  // A payment of the account to itself is in both branches, so that neither has rows to leave out.
  const branches = [hasId(executor, 'source', id), hasId(executor, 'destination', id)];
  return { holds: executor.sql`(source = ${id} or destination = ${id})`, branches };
}

function ofAsset(executor: Executor, id: number): Criterion {
  const { sql } = executor;
  const others = sql`${hasId(executor, 'dest_asset', id)} and dest_asset <> source_asset`;
  return {
    holds: sql`(source_asset = ${id} or dest_asset = ${id})`,
    branches: [hasId(executor, 'source_asset', id), others],
  };
}

function ofReason(executor: Executor, id: number): Criterion {
  const { sql } = executor;
  return byIndex(sql`${hasId(executor, 'failure_reason', id)} and not succeeded`);
}
