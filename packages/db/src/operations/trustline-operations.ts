import type { AssetId, Hash, PoolId, TrustlineOperationFact } from '@stellar-insights/ledger';
import { trustlineOperationFact } from '../facts/fact-rows.ts';
import {
  byIndex,
  findFilterIds,
  hasHash,
  hasId,
  isOfType,
  outcomeCriteria,
  whereGiven,
  type OutcomeFilter,
} from '../history/criteria.ts';
import { factList } from '../history/list-facts.ts';
import type { Wanted } from '../history/part-reader.ts';
import { eitherOf, partyCriteria, type Party } from '../history/parties.ts';
import type { FactTable } from '../history/stored-facts.ts';
import { TRUSTLINE_TYPE_LETTERS } from '../tables/letters.ts';
import { trustlineOperations } from '../tables/trustline-operations.ts';
import type { Transaction } from '../transaction.ts';

/** An index serves all but `type`, `succeeded` and muxed ids. */
export interface TrustlineOperationFilter extends OutcomeFilter {
  /** Outer or inner. */
  readonly transactionHash?: Hash | undefined;
  /** Whose operation or trustline it is; a muxed account only sends it. */
  readonly account?: Party | undefined;
  /** Of the line; those of a pool are none. */
  readonly asset?: AssetId | undefined;
  readonly pool?: PoolId | undefined;
  readonly type?: TrustlineOperationFact['type'] | undefined;
}

export const TRUSTLINE_OPERATIONS: FactTable<TrustlineOperationFact, typeof trustlineOperations> = {
  table: trustlineOperations,
  key: 'operation',
  factOf: trustlineOperationFact,
};

/** In the order of ledger and position. */
export const listTrustlineOperations = factList(TRUSTLINE_OPERATIONS, operationsWanted);

async function operationsWanted(
  tx: Transaction,
  { transactionHash, account, asset, pool, type, ...outcome }: TrustlineOperationFilter,
): Promise<Wanted | null> {
  const codes = [outcome.reason];
  const ids = await findFilterIds(tx, { accounts: [account?.account], assets: [asset], codes });
  if (ids === null) return null;
  const { sql } = tx;
  const ofParty = (party: Party) => {
    if (party.muxedId !== undefined) return partyCriteria(tx, 'account', party, ids);
    const id = ids.account(party.account);
    return eitherOf(tx, hasId(tx, 'account', id), sql`${hasId(tx, 'trustor', id)} and trustor <> account`);
  };
  const criteria = [
    ...whereGiven(account, ofParty),
    ...whereGiven(asset, (name) => byIndex(hasId(tx, 'asset', ids.asset(name)))),
    ...whereGiven(pool, (id) => byIndex(hasHash(tx, 'pool', id))),
    ...whereGiven(type, (word) => isOfType(tx, TRUSTLINE_TYPE_LETTERS[word])),
    ...outcomeCriteria(tx, outcome, ids),
  ];
  return { criteria, within: transactionHash && { transactionHash } };
}
