import { StrKey } from '@stellar/stellar-sdk/base';
import type { AccountId } from '@stellar-insights/ledger';
import { keyOf, type Account, type PoolShare, type Trustline } from '../../state/entries.ts';
import type { Store } from '../../state/store.ts';
import type { HorizonRequest, HorizonSources } from './resource.ts';
import { invalidField, HorizonProblemError } from './problem.ts';
import { amount, assetFields, flagFields, links, time } from './spelling.ts';

export function account({ base }: HorizonRequest, { network }: HorizonSources, id: string): object {
  if (!StrKey.isValidEd25519PublicKey(id)) {
    throw invalidField('account_id', 'an account is named by its public key, G…');
  }
  const { store } = network;
  const entry = store.account(id as AccountId);
  if (entry === undefined) throw new HorizonProblemError('not_found');
  const modified = modifiedIn(store, entry);
  const self = `${base}/accounts/${id}`;
  return {
    _links: {
      ...links(self, 'transactions', 'operations', 'payments', 'effects', 'offers', 'trades'),
      data: { href: `${self}/data/{key}`, templated: true },
    },
    id,
    account_id: id,
    sequence: String(entry.sequence),
    ...(entry.sequenceLedger > 0 && {
      sequence_ledger: entry.sequenceLedger,
      sequence_time: String(entry.sequenceTime),
    }),
    subentry_count: entry.subentries,
    ...(entry.homeDomain !== '' && { home_domain: entry.homeDomain }),
    last_modified_ledger: modified,
    last_modified_time: time(network.closeTimeOf(modified)),
    thresholds: { low_threshold: 0, med_threshold: 0, high_threshold: 0 },
    flags: flagFields(entry.flags),
    balances: balances(store, entry),
    signers: [{ weight: 1, key: id, type: 'ed25519_public_key' }],
    data: {},
    num_sponsoring: entry.sponsoring,
    num_sponsored: 0,
    paging_token: id,
  };
}

/** What the account trusts, then its native balance. */
function balances(store: Store, { owner, balance, liabilities }: Account): object[] {
  const lines = [...store.entries()]
    .filter((entry) => entry.kind === 'trustline' || entry.kind === 'pool_share')
    .filter((entry) => entry.owner.id === owner.id)
    .map((entry) => line(store, entry));
  const native = { balance: amount(balance), ...liabilityFields(liabilities), asset_type: 'native' };
  return [...lines, native];
}

function line(store: Store, entry: Trustline | PoolShare): object {
  const authorization = entry.kind === 'pool_share' ? 'authorized' : entry.authorization;
  return {
    balance: amount(entry.balance),
    limit: amount(entry.limit),
    ...(entry.kind === 'trustline'
      ? { ...liabilityFields(entry.liabilities), ...assetFields(entry.asset) }
      : { liquidity_pool_id: entry.pool, asset_type: 'liquidity_pool_shares' }),
    last_modified_ledger: modifiedIn(store, entry),
    is_authorized: authorization === 'authorized',
    is_authorized_to_maintain_liabilities: authorization !== 'unauthorized',
    is_clawback_enabled: entry.kind === 'trustline' && entry.clawbackEnabled,
  };
}

function liabilityFields({ buying, selling }: Account['liabilities']) {
  return { buying_liabilities: amount(buying), selling_liabilities: amount(selling) };
}

/** The ledger that last changed the entry. */
function modifiedIn(store: Store, entry: Account | Trustline | PoolShare): number {
  return store.stored(keyOf(entry))?.modified ?? 0;
}
