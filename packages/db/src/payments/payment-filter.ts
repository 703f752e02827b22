import type { AssetId, PaymentType, Stroops } from '@stellar-insights/ledger';
import type { Executor } from '../database.ts';
import {
  byIndex,
  byReading,
  findFilterIds,
  hasId,
  isOfType,
  outcomeCriteria,
  whereGiven,
  type Criterion,
  type OutcomeFilter,
} from '../history/criteria.ts';
import type { Wanted } from '../history/part-reader.ts';
import { eitherOf, hasParty, type Party } from '../history/parties.ts';
import { isFilterOfTransactions, type TransactionFilter } from '../history/read-by-transaction.ts';
import { PAYMENT_TYPE_LETTERS } from '../tables/letters.ts';

/** An index serves all but `minAmount`, `type` and `succeeded`. */
export interface PaymentFilter extends TransactionFilter, OutcomeFilter {
  /** Source or destination. */
  readonly account?: Party | undefined;
  readonly fromAccount?: Party | undefined;
  readonly toAccount?: Party | undefined;
  /** Source or destination asset. */
  readonly asset?: AssetId | undefined;
  /** The least amount that the sender fixed. */
  readonly minAmount?: Stroops | undefined;
  readonly type?: PaymentType | undefined;
}

/** Null if no payment fits, since the dictionary lacks a name. */
export async function paymentsWanted(
  executor: Executor,
  { account, fromAccount, toAccount, asset, minAmount, type, succeeded, reason, ...within }: PaymentFilter,
): Promise<Wanted | null> {
  const { sql } = executor;
  const accounts = [account, fromAccount, toAccount].map((party) => party?.account);
  const ids = await findFilterIds(executor, { accounts, assets: [asset], codes: [reason] });
  if (ids === null) return null;
  const has = (column: string, party: Party) =>
    hasParty(executor, column, { id: ids.account(party.account), muxedId: party.muxedId });
  const criteria = [
    ...whereGiven(account, (party) => eitherOf(executor, has('source', party), has('destination', party))),
    ...whereGiven(fromAccount, (party) => byIndex(has('source', party))),
    ...whereGiven(toAccount, (party) => byIndex(has('destination', party))),
    ...whereGiven(asset, (name) => ofAsset(executor, ids.asset(name))),
    ...whereGiven(minAmount, (amount) => byReading(sql`fixed_amount >= ${amount}`)),
    ...whereGiven(type, (word) => isOfType(executor, PAYMENT_TYPE_LETTERS[word])),
    ...outcomeCriteria(executor, { succeeded, reason }, ids),
  ];
  return { criteria, within: isFilterOfTransactions(within) ? within : undefined };
}

function ofAsset(executor: Executor, id: number): Criterion {
  const { sql } = executor;
  const others = sql`${hasId(executor, 'dest_asset', id)} and dest_asset <> source_asset`;
  return eitherOf(executor, hasId(executor, 'source_asset', id), others);
}
