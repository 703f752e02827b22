import type { AssetId, ClawbackFact, Hash } from '@stellar-insights/ledger';
import { clawbackFact } from '../facts/fact-rows.ts';
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
import { eitherPartyCriteria, partyCriteria, type Party } from '../history/parties.ts';
import type { FactTable } from '../history/stored-facts.ts';
import { clawbacks } from '../tables/clawbacks.ts';
import { CLAWBACK_TYPE_LETTERS } from '../tables/letters.ts';
import type { Transaction } from '../transaction.ts';

/** An index serves all but `type`, `succeeded` and muxed ids. */
export interface ClawbackFilter extends OutcomeFilter {
  /** Outer or inner. */
  readonly transactionHash?: Hash | undefined;
  /** Who takes back, or from whom. */
  readonly account?: Party | undefined;
  readonly fromAccount?: Party | undefined;
  readonly asset?: AssetId | undefined;
  readonly balanceId?: Hash | undefined;
  readonly type?: ClawbackFact['type'] | undefined;
}

export const CLAWBACKS: FactTable<ClawbackFact, typeof clawbacks> = {
  table: clawbacks,
  key: 'operation',
  factOf: clawbackFact,
};

/** In the order of ledger and position. */
export const listClawbacks = factList(CLAWBACKS, clawbacksWanted);

async function clawbacksWanted(
  tx: Transaction,
  { transactionHash, account, fromAccount, asset, balanceId, type, ...outcome }: ClawbackFilter,
): Promise<Wanted | null> {
  const accounts = [account?.account, fromAccount?.account];
  const ids = await findFilterIds(tx, { accounts, assets: [asset], codes: [outcome.reason] });
  if (ids === null) return null;
  const criteria = [
    ...whereGiven(account, (party) => eitherPartyCriteria(tx, ['account', 'from_account'], party, ids)),
    ...whereGiven(fromAccount, (party) => partyCriteria(tx, 'from_account', party, ids)),
    ...whereGiven(asset, (name) => byIndex(hasId(tx, 'asset', ids.asset(name)))),
    ...whereGiven(balanceId, (id) => byIndex(hasHash(tx, 'balance_id', id))),
    ...whereGiven(type, (word) => isOfType(tx, CLAWBACK_TYPE_LETTERS[word])),
    ...outcomeCriteria(tx, outcome, ids),
  ];
  return { criteria, within: transactionHash && { transactionHash } };
}
