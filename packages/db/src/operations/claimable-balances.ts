import type { AccountId, AssetId, ClaimableBalanceFact, Hash } from '@stellar-insights/ledger';
import type { Executor } from '../database.ts';
import { claimableBalanceFact } from '../facts/fact-rows.ts';
import {
  byIndex,
  findFilterIds,
  hasHash,
  hasId,
  isOfType,
  outcomeCriteria,
  whereGiven,
  type Criterion,
  type OutcomeFilter,
} from '../history/criteria.ts';
import { factList } from '../history/list-facts.ts';
import type { Wanted } from '../history/part-reader.ts';
import { eitherOf, partyCriteria, type Party } from '../history/parties.ts';
import type { FactTable } from '../history/stored-facts.ts';
import { CLAIMANT_PLACES, claimableBalances } from '../tables/claimable-balances.ts';
import { BALANCE_TYPE_LETTERS } from '../tables/letters.ts';
import type { Transaction } from '../transaction.ts';

/** An index serves all but `type`, `succeeded` and muxed ids. */
export interface ClaimableBalanceFilter extends OutcomeFilter {
  /** Outer or inner. */
  readonly transactionHash?: Hash | undefined;
  /** Who created or claimed. */
  readonly account?: Party | undefined;
  /** Who may claim. A claim does not name them. */
  readonly claimant?: AccountId | undefined;
  /** What was created. A claim does not name it. */
  readonly asset?: AssetId | undefined;
  readonly balanceId?: Hash | undefined;
  readonly type?: ClaimableBalanceFact['type'] | undefined;
}

export const CLAIMABLE_BALANCES: FactTable<ClaimableBalanceFact, typeof claimableBalances> = {
  table: claimableBalances,
  key: 'operation',
  factOf: claimableBalanceFact,
};

/** Creations and claims, in the order of ledger and position. */
export const listClaimableBalances = factList(CLAIMABLE_BALANCES, balancesWanted);

async function balancesWanted(
  tx: Transaction,
  { transactionHash, account, claimant, asset, balanceId, type, ...outcome }: ClaimableBalanceFilter,
): Promise<Wanted | null> {
  const accounts = [account?.account, claimant];
  const ids = await findFilterIds(tx, { accounts, assets: [asset], codes: [outcome.reason] });
  if (ids === null) return null;
  const criteria = [
    ...whereGiven(account, (party) => partyCriteria(tx, 'account', party, ids)),
    ...whereGiven(claimant, (name) => isClaimant(tx, ids.account(name))),
    ...whereGiven(asset, (name) => byIndex(hasId(tx, 'asset', ids.asset(name)))),
    ...whereGiven(balanceId, (id) => byIndex(hasHash(tx, 'balance_id', id))),
    ...whereGiven(type, (word) => isOfType(tx, BALANCE_TYPE_LETTERS[word])),
    ...outcomeCriteria(tx, outcome, ids),
  ];
  return { criteria, within: transactionHash && { transactionHash } };
}

/** Each place of a claimant has an index. */
function isClaimant(executor: Executor, id: number): Criterion {
  const { sql } = executor;
  const [first, ...others] = CLAIMANT_PLACES.map((place) => {
    const claimant = sql.unsafe(`claimants[${place}]`);
    // Said twice for the reason that `hasId` has.
    return sql`${claimant} = ${id} and ${claimant} + 0 = ${id}`;
  });
  return eitherOf(executor, first ?? sql`false`, ...others);
}
