import type { Hash, PoolId, PoolOperationFact } from '@stellar-insights/ledger';
import { poolOperationFact } from '../facts/fact-rows.ts';
import {
  byIndex,
  findFilterIds,
  hasHash,
  isOfType,
  outcomeCriteria,
  whereGiven,
  type OutcomeFilter,
} from '../history/criteria.ts';
import { factList } from '../history/list-facts.ts';
import type { Wanted } from '../history/part-reader.ts';
import { partyCriteria, type Party } from '../history/parties.ts';
import type { FactTable } from '../history/stored-facts.ts';
import { POOL_TYPE_LETTERS } from '../tables/letters.ts';
import { poolOperations } from '../tables/pool-operations.ts';
import type { Transaction } from '../transaction.ts';

/** An index serves all but `type`, `succeeded` and muxed ids. */
export interface PoolOperationFilter extends OutcomeFilter {
  /** Outer or inner. */
  readonly transactionHash?: Hash | undefined;
  /** Who deposits or withdraws. */
  readonly account?: Party | undefined;
  readonly pool?: PoolId | undefined;
  readonly type?: PoolOperationFact['type'] | undefined;
}

export const POOL_OPERATIONS: FactTable<PoolOperationFact, typeof poolOperations> = {
  table: poolOperations,
  key: 'operation',
  factOf: poolOperationFact,
};

/** Deposits and withdrawals, in the order of ledger and position. */
export const listPoolOperations = factList(POOL_OPERATIONS, operationsWanted);

async function operationsWanted(
  tx: Transaction,
  { transactionHash, account, pool, type, ...outcome }: PoolOperationFilter,
): Promise<Wanted | null> {
  const ids = await findFilterIds(tx, { accounts: [account?.account], codes: [outcome.reason] });
  if (ids === null) return null;
  const criteria = [
    ...whereGiven(account, (party) => partyCriteria(tx, 'account', party, ids)),
    ...whereGiven(pool, (id) => byIndex(hasHash(tx, 'pool', id))),
    ...whereGiven(type, (word) => isOfType(tx, POOL_TYPE_LETTERS[word])),
    ...outcomeCriteria(tx, outcome, ids),
  ];
  return { criteria, within: transactionHash && { transactionHash } };
}
