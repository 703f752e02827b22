import {
  XdrString,
  type AccountEntryExtensionV2Wire,
  type AccountEntryWire,
  type ClaimantWire,
  type LedgerEntryChangeWire,
  type LedgerEntryDataWire,
  type LedgerEntryWire,
  type LedgerKeyWire,
  type OfferEntryWire,
  type TrustLineEntryWire,
} from '@stellar/stellar-sdk/xdr';
import { balanceKeyWire, balanceWire } from '../contracts/balance-wire.ts';
import { fromHex } from '../digest.ts';
import { POOL_FEE_BP } from '../exchange/constant-product.ts';
import type { KeyPair } from '../key-pair.ts';
import { accountWire } from '../wire.ts';
import type { Account, Entry, Offer, Pool, Trustline } from './entries.ts';
import type { EntryChange, StoredEntry } from './store.ts';

/** Of a trustline. */
export const AUTHORIZATION_FLAGS = { authorized: 1, maintain_liabilities: 2, unauthorized: 0 } as const;
const CLAWBACK_ENABLED_LINE = 4;
const CLAWBACK_ENABLED_BALANCE = 1;

/** The changes as a node writes them: each entry's state before, then its state after. */
export function changesWire(changes: readonly EntryChange[]): LedgerEntryChangeWire[] {
  return changes.flatMap(({ before, after }): LedgerEntryChangeWire[] => {
    if (before === null) return after === null ? [] : [{ type: 0, created: entryWire(after) }];
    const state = { type: 3, state: entryWire(before) } as const;
    return after === null
      ? [state, { type: 2, removed: keyWire(before.entry) }]
      : [state, { type: 1, updated: entryWire(after) }];
  });
}

export function claimantWire(destination: KeyPair): ClaimantWire {
  return { type: 0, v0: { destination: accountWire(destination), predicate: { type: 0 } } };
}

export function offerWire(offer: Offer): OfferEntryWire {
  return {
    sellerId: accountWire(offer.seller),
    offerId: offer.id,
    selling: offer.selling.wire,
    buying: offer.buying.wire,
    amount: offer.amount,
    price: offer.price,
    flags: 0,
    ext: { v: 0 },
  };
}

export function entryWire({ entry, modified }: StoredEntry): LedgerEntryWire {
  const sponsor = entry.kind === 'claimable_balance' ? accountWire(entry.sponsor) : null;
  return {
    lastModifiedLedgerSeq: modified,
    data: dataWire(entry),
    ext: sponsor === null ? { v: 0 } : { v: 1, v1: { sponsoringId: sponsor, ext: { v: 0 } } },
  };
}

function dataWire(entry: Entry): LedgerEntryDataWire {
  switch (entry.kind) {
    case 'account':
      return { type: 0, account: accountEntryWire(entry) };
    case 'trustline':
      return { type: 1, trustLine: trustlineWire(entry) };
    case 'pool_share': {
      const { balance, limit } = entry;
      const asset = { type: 3, liquidityPoolId: fromHex(entry.pool) } as const;
      const accountId = accountWire(entry.owner);
      return { type: 1, trustLine: { accountId, asset, balance, limit, flags: 1, ext: { v: 0 } } };
    }
    case 'offer':
      return { type: 2, offer: offerWire(entry) };
    case 'pool':
      return { type: 5, liquidityPool: { liquidityPoolId: fromHex(entry.id), body: poolBodyWire(entry) } };
    case 'claimable_balance': {
      const { asset, amount, claimants } = entry;
      const balanceId = { type: 0, v0: fromHex(entry.id) } as const;
      const rest = { claimants: claimants.map(claimantWire), asset: asset.wire, amount };
      const flags = { v: 1, v1: { ext: { v: 0 }, flags: CLAWBACK_ENABLED_BALANCE } } as const;
      const ext = entry.clawbackEnabled ? flags : ({ v: 0 } as const);
      return { type: 4, claimableBalance: { balanceId, ...rest, ext } };
    }
    case 'contract_balance':
      return { type: 6, contractData: balanceWire(entry) };
  }
}

function accountEntryWire(account: Account): AccountEntryWire {
  return {
    accountId: accountWire(account.owner),
    balance: account.balance,
    seqNum: account.sequence,
    numSubEntries: account.subentries,
    inflationDest: null,
    flags: account.flags,
    homeDomain: new XdrString(account.homeDomain),
    thresholds: Uint8Array.of(1, 0, 0, 0),
    signers: [],
    ext: { v: 1, v1: { liabilities: account.liabilities, ext: { v: 2, v2: accountExtension(account) } } },
  };
}

function accountExtension({
  sponsoring,
  sequenceLedger,
  sequenceTime,
}: Account): AccountEntryExtensionV2Wire {
  const sequence = { seqLedger: sequenceLedger, seqTime: BigInt(sequenceTime) };
  return {
    numSponsored: 0,
    numSponsoring: sponsoring,
    signerSponsoringIDs: [],
    ext: { v: 3, v3: { ext: { v: 0 }, ...sequence } },
  };
}

function trustlineWire(line: Trustline): TrustLineEntryWire {
  return {
    accountId: accountWire(line.owner),
    asset: line.asset.wire,
    balance: line.balance,
    limit: line.limit,
    flags: AUTHORIZATION_FLAGS[line.authorization] | (line.clawbackEnabled ? CLAWBACK_ENABLED_LINE : 0),
    ext: { v: 1, v1: { liabilities: line.liabilities, ext: { v: 0 } } },
  };
}

function poolBodyWire(pool: Pool) {
  const { reserveA, reserveB, shares, trustlines } = pool;
  const params = { assetA: pool.assetA.wire, assetB: pool.assetB.wire, fee: POOL_FEE_BP };
  return {
    type: 0,
    constantProduct: {
      params,
      reserveA,
      reserveB,
      totalPoolShares: shares,
      poolSharesTrustLineCount: trustlines,
    },
  } as const;
}

export function keyWire(entry: Entry): LedgerKeyWire {
  switch (entry.kind) {
    case 'account':
      return { type: 0, account: { accountId: accountWire(entry.owner) } };
    case 'trustline':
      return { type: 1, trustLine: { accountId: accountWire(entry.owner), asset: entry.asset.wire } };
    case 'pool_share': {
      const asset = { type: 3, liquidityPoolId: fromHex(entry.pool) } as const;
      return { type: 1, trustLine: { accountId: accountWire(entry.owner), asset } };
    }
    case 'offer':
      return { type: 2, offer: { sellerId: accountWire(entry.seller), offerId: entry.id } };
    case 'pool':
      return { type: 5, liquidityPool: { liquidityPoolId: fromHex(entry.id) } };
    case 'claimable_balance':
      return { type: 4, claimableBalance: { balanceId: { type: 0, v0: fromHex(entry.id) } } };
    case 'contract_balance':
      return { type: 6, contractData: balanceKeyWire(entry.owner, entry.token) };
  }
}
