import { StrKey } from '@stellar/stellar-sdk/base';
import type { LedgerKeyWire, PublicKeyWire, TrustLineAssetWire } from '@stellar/stellar-sdk/xdr';
import type { AccountId, PoolId } from '@stellar-insights/ledger';
import { hex } from '../../digest.ts';
import { assetIdOf } from '../../state/asset.ts';
import { entryKey } from '../../state/entries.ts';

/** Where the store keeps the entry of a `LedgerKey`; undefined for kinds that this server does not look up. */
export function storeKeyOf(key: LedgerKeyWire): string | undefined {
  switch (key.type) {
    case 0:
      return entryKey.account(accountId(key.account.accountId));
    case 1:
      return trustlineKey(accountId(key.trustLine.accountId), key.trustLine.asset);
    case 2:
      return entryKey.offer(key.offer.offerId);
    case 4:
      return entryKey.claimableBalance(hex(key.claimableBalance.balanceId.v0));
    case 5:
      return entryKey.pool(hexPool(key.liquidityPool.liquidityPoolId));
    default:
      return undefined;
  }
}

function trustlineKey(owner: AccountId, asset: TrustLineAssetWire): string {
  if (asset.type === 3) return entryKey.poolShare(owner, hexPool(asset.liquidityPoolId));
  return entryKey.trustline(owner, { id: assetIdOf(asset) });
}

function accountId(key: PublicKeyWire): AccountId {
  return StrKey.encodeEd25519PublicKey(key.ed25519) as AccountId;
}

function hexPool(id: Uint8Array): PoolId {
  return hex(id) as string as PoolId;
}
