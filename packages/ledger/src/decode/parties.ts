import { StrKey } from '@stellar/stellar-sdk/base';
import type { AssetWire, MuxedAccountWire, PublicKeyWire } from '@stellar/stellar-sdk/xdr';
import type { AccountId, AssetId } from '../brands.ts';

/** A classic account and, if it is given as `M…`, its id. */
export interface Party {
  readonly account: AccountId;
  readonly muxedId: bigint | null;
}

/** Spells the accounts and assets of one ledger. The same few keys recur, so each is encoded once. */
export class PartyNames {
  readonly #accounts = new Map<string, AccountId>();
  readonly #assets = new Map<string, AssetId>();

  account(key: PublicKeyWire): AccountId {
    return this.ed25519(key.ed25519);
  }

  party(key: MuxedAccountWire): Party {
    return key.type === 0
      ? { account: this.ed25519(key.ed25519), muxedId: null }
      : { account: this.ed25519(key.med25519.ed25519), muxedId: key.med25519.id };
  }

  ed25519(bytes: Uint8Array): AccountId {
    const key = latin1(bytes);
    let account = this.#accounts.get(key);
    if (account === undefined) {
      account = StrKey.encodeEd25519PublicKey(bytes) as AccountId;
      this.#accounts.set(key, account);
    }
    return account;
  }

  asset(asset: AssetWire): AssetId {
    if (asset.type === 0) return 'native' as AssetId;
    const { assetCode, issuer } = asset.type === 1 ? asset.alphaNum4 : asset.alphaNum12;
    const key = latin1(assetCode) + latin1(issuer.ed25519);
    let name = this.#assets.get(key);
    if (name === undefined) {
      name = issuedAsset(assetCode, this.account(issuer));
      this.#assets.set(key, name);
    }
    return name;
  }
}

/** The asset that an issuer calls by this code. */
export function issuedAsset(code: Uint8Array, issuer: AccountId): AssetId {
  return `${assetCodeText(code)}:${issuer}` as AssetId;
}

/** One character a byte. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** A code's bytes without their padding of zeros; other bytes than letters and digits, in a malformed operation, as `\xNN`. */
function assetCodeText(bytes: Uint8Array): string {
  const shortest = bytes.length > 4 ? 5 : 0;
  let length = bytes.length;
  while (length > shortest && bytes[length - 1] === 0) length--;
  return Array.from(bytes.subarray(0, length), (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9]/.test(char) ? char : `\\x${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}
