import type { AssetId, PaymentType, ResultCode, Stroops } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';
import { byIndex, findFilterIds, hasId, type Criterion } from '../history/criteria.ts';
import type { Wanted } from '../history/part-reader.ts';
import { eitherOf, hasParty, type Party } from '../history/parties.ts';
import { isFilterOfTransactions, type TransactionFilter } from '../history/read-by-transaction.ts';
import { PAYMENT_TYPE_LETTERS } from '../tables/letters.ts';

export interface PaymentFilter extends TransactionFilter {
  /** Source or destination. */
  readonly account?: Party | undefined;
  readonly fromAccount?: Party | undefined;
  readonly toAccount?: Party | undefined;
  /** Source or destination asset. */
  readonly asset?: AssetId | undefined;
  /** The least amount that the sender fixed. */
  readonly minAmount?: Stroops | undefined;
  readonly type?: PaymentType | undefined;
  readonly succeeded?: boolean | undefined;
  readonly reason?: ResultCode | undefined;
}

/** Null if no payment fits, since the dictionary lacks a name. */
export async function paymentsWanted(
  executor: Executor,
  { account, fromAccount, toAccount, asset, reason, minAmount, type, succeeded, ...within }: PaymentFilter,
): Promise<Wanted | null> {
  const { sql } = executor;
  const parties = [account, fromAccount, toAccount];
  const accounts = parties.map((party) => party?.account);
  const ids = await findFilterIds(executor, { accounts, assets: [asset], codes: [reason] });
  if (ids === null) return null;
  const has = (column: string, party: Party): Fragment =>
    hasParty(executor, column, { id: ids.account(party.account), muxedId: party.muxedId });
  const criteria: Criterion[] = [];
  if (account !== undefined) {
    criteria.push(eitherOf(executor, has('source', account), has('destination', account)));
  }
  if (fromAccount !== undefined) criteria.push(byIndex(has('source', fromAccount)));
  if (toAccount !== undefined) criteria.push(byIndex(has('destination', toAccount)));
  if (asset !== undefined) criteria.push(ofAsset(executor, ids.asset(asset)));
  if (reason !== undefined) criteria.push(ofReason(executor, ids.code(reason)));
  // So many payments meet one of these that an index of it would not be worth its bytes.
  if (minAmount !== undefined) criteria.push({ holds: sql`fixed_amount >= ${minAmount}`, branches: [] });
  if (type !== undefined) criteria.push({ holds: isOfType(executor, type), branches: [] });
  if (succeeded !== undefined) criteria.push({ holds: sql`succeeded = ${succeeded}`, branches: [] });
  return { criteria, within: isFilterOfTransactions(within) ? within : undefined };
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

function isOfType({ sql }: Executor, type: PaymentType): Fragment {
  return sql.unsafe(`type = '${PAYMENT_TYPE_LETTERS[type]}'`);
}
