import { StrKey } from '@stellar/stellar-sdk/base';
import type { ScAddressWire, TrustLineAssetWire } from '@stellar/stellar-sdk/xdr';
import { contractOfKey } from '../account-key.ts';
import { contractOfAsset } from '../asset-contract.ts';
import type { Address, AssetId, ContractId } from '../brands.ts';
import type { PartyNames } from './parties.ts';

/** Who receives: of a muxed account, its `G…` account and the id, as in an event. */
export interface Recipient {
  readonly to: Address;
  readonly toMuxedId: bigint | null;
}

/** Spells what contracts name in one ledger, and knows the contracts of its assets. The id of each is computed once. */
export class ContractNames {
  readonly #networkPassphrase: string;
  readonly #parties: PartyNames;
  readonly #contracts = new Map<AssetId, ContractId | null>();

  constructor(networkPassphrase: string, parties: PartyNames) {
    this.#networkPassphrase = networkPassphrase;
    this.#parties = parties;
  }

  /** Whether this contract is the asset's own, by which others move it. False if the text names no asset. */
  isContractOf(contract: ContractId, asset: AssetId): boolean {
    let own = this.#contracts.get(asset);
    if (own === undefined) {
      own = contractOfAsset(asset, this.#networkPassphrase);
      this.#contracts.set(asset, own);
    }
    return contract === own;
  }

  recipient(address: ScAddressWire): Recipient {
    if (address.type !== 2) return { to: this.address(address), toMuxedId: null };
    const { ed25519, id } = address.muxedAccount;
    return { to: this.#parties.ed25519(ed25519), toMuxedId: id };
  }

  address(address: ScAddressWire): Address {
    switch (address.type) {
      case 0:
        return this.#parties.account(address.accountId);
      case 1:
        return contractOfKey(address.contractId);
      case 2: {
        const id = Buffer.alloc(8);
        id.writeBigUInt64BE(address.muxedAccount.id);
        return StrKey.encodeMed25519PublicKey(Buffer.concat([address.muxedAccount.ed25519, id])) as Address;
      }
      case 3:
        // The first byte is the version of the id.
        return StrKey.encodeClaimableBalance(Buffer.from([0, ...address.claimableBalanceId.v0])) as Address;
      case 4:
        return StrKey.encodeLiquidityPool(address.liquidityPoolId) as Address;
    }
  }

  /** Null for shares of a pool. */
  trustlineAsset(asset: TrustLineAssetWire): AssetId | null {
    return asset.type === 3 ? null : this.#parties.asset(asset);
  }
}
