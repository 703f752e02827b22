import {
  contractOfAsset,
  type Address,
  type AssetId,
  type ContractId,
  type ContractTransferFact,
  type Hash,
} from '@stellar-insights/ledger';
import { contractTransferFact } from '../facts/fact-rows.ts';
import {
  byIndex,
  findFilterIds,
  hasId,
  isOfType,
  outcomeCriteria,
  whereGiven,
  type OutcomeFilter,
} from '../history/criteria.ts';
import { factList } from '../history/list-facts.ts';
import type { Wanted } from '../history/part-reader.ts';
import { eitherOf, hasParty } from '../history/parties.ts';
import type { FactTable } from '../history/stored-facts.ts';
import { selectCursor } from '../ledgers/cursor.ts';
import { contractTransfers } from '../tables/contract-transfers.ts';
import { TRANSFER_TYPE_LETTERS } from '../tables/letters.ts';
import type { Transaction } from '../transaction.ts';

/** Whoever can have an asset, or one muxed account of an account. */
export interface AddressParty {
  readonly address: Address;
  /** Only with this id, which is known of receivers. */
  readonly muxedId?: bigint | undefined;
}

/** An index serves all but `type` and `succeeded`. */
export interface ContractTransferFilter extends OutcomeFilter {
  /** Outer or inner. */
  readonly transactionHash?: Hash | undefined;
  /** From or to. */
  readonly account?: AddressParty | undefined;
  readonly fromAccount?: AddressParty | undefined;
  readonly toAccount?: AddressParty | undefined;
  readonly contract?: ContractId | undefined;
  readonly asset?: AssetId | undefined;
  readonly type?: ContractTransferFact['type'] | undefined;
}

export const CONTRACT_TRANSFERS: FactTable<ContractTransferFact, typeof contractTransfers> = {
  table: contractTransfers,
  key: 'order',
  factOf: contractTransferFact,
};

/** In the order of ledger, position and event. */
export const listContractTransfers = factList(CONTRACT_TRANSFERS, transfersWanted);

async function transfersWanted(
  tx: Transaction,
  {
    transactionHash,
    account,
    fromAccount,
    toAccount,
    contract,
    asset,
    type,
    ...outcome
  }: ContractTransferFilter,
): Promise<Wanted | null> {
  if (fromAccount?.muxedId !== undefined) return null;
  const ofAsset = asset === undefined ? undefined : await contractOf(tx, asset);
  if (ofAsset === null) return null;
  const parties = [account, fromAccount, toAccount].map((party) => party?.address);
  const accounts = [...parties, contract, ofAsset];
  const ids = await findFilterIds(tx, { accounts, codes: [outcome.reason] });
  if (ids === null) return null;
  const isFrom = ({ address }: AddressParty) => hasId(tx, 'from_address', ids.account(address));
  const isTo = ({ address, muxedId }: AddressParty) =>
    hasParty(tx, 'to_address', { id: ids.account(address), muxedId });
  const isContract = (id: ContractId) => byIndex(hasId(tx, 'contract', ids.account(id)));
  const criteria = [
    ...whereGiven(account, (party) =>
      party.muxedId === undefined ? eitherOf(tx, isFrom(party), isTo(party)) : byIndex(isTo(party)),
    ),
    ...whereGiven(fromAccount, (party) => byIndex(isFrom(party))),
    ...whereGiven(toAccount, (party) => byIndex(isTo(party))),
    ...whereGiven(contract, isContract),
    ...whereGiven(ofAsset, isContract),
    ...whereGiven(type, (word) => isOfType(tx, TRANSFER_TYPE_LETTERS[word])),
    ...outcomeCriteria(tx, outcome, ids),
  ];
  return { criteria, within: transactionHash && { transactionHash } };
}

/** Null if it has none on this network. */
async function contractOf(tx: Transaction, asset: AssetId): Promise<ContractId | null> {
  const cursor = await selectCursor(tx);
  return cursor && contractOfAsset(asset, cursor.networkPassphrase);
}
