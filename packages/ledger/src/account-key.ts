import type { AccountId, Address, ContractId } from './brands.ts';
import { decodeStrkey, encodeStrkey } from './strkey.ts';

/* The names of accounts, contracts and other addresses (SEP-23), and their bytes. */

const ACCOUNT = 6 << 3;
const MUXED_ACCOUNT = 12 << 3;
const CONTRACT = 2 << 3;
const CLAIMABLE_BALANCE = 1 << 3;
const POOL = 11 << 3;
const KEY_BYTES = 32;
const ID_BYTES = 8;

/** The bytes behind the version, of addresses that are no account. */
const PAYLOAD_BYTES: ReadonlyMap<number, number> = new Map([
  [CONTRACT, KEY_BYTES],
  // Its kind comes first.
  [CLAIMABLE_BALANCE, 1 + KEY_BYTES],
  [POOL, KEY_BYTES],
  [MUXED_ACCOUNT, KEY_BYTES + ID_BYTES],
]);

/** The 32 bytes of an account's public key; null if the text is no account's name. */
export function accountKey(account: string): Buffer | null {
  return decodeStrkey(account, ACCOUNT, KEY_BYTES);
}

/** The account and the id of a muxed account, `M…`; null if the text is no name of one. */
export function parseMuxedAccount(
  muxed: string,
): { readonly account: AccountId; readonly muxedId: bigint } | null {
  const payload = decodeStrkey(muxed, MUXED_ACCOUNT, KEY_BYTES + ID_BYTES);
  if (payload === null) return null;
  return {
    account: accountOfKey(payload.subarray(0, KEY_BYTES)),
    muxedId: payload.readBigUInt64BE(KEY_BYTES),
  };
}

/** The name of the account with this public key of 32 bytes. */
export function accountOfKey(key: Uint8Array): AccountId {
  return encodeStrkey(ACCOUNT, key) as AccountId;
}

/** The name of the contract with this id of 32 bytes. */
export function contractOfKey(key: Uint8Array): ContractId {
  return encodeStrkey(CONTRACT, key) as ContractId;
}

/**
 * An address as bytes: the 32 of an account's public key; of another address, its version byte and what follows that, which are
 * more. Null if the text is no address.
 */
export function addressKey(address: string): Buffer | null {
  const key = accountKey(address);
  if (key !== null) return key;
  for (const [version, length] of PAYLOAD_BYTES) {
    const payload = decodeStrkey(address, version, length);
    if (payload !== null) return Buffer.concat([Uint8Array.of(version), payload]);
  }
  return null;
}

/** The address with these bytes, as `addressKey` gives them. */
export function addressOfKey(key: Uint8Array): Address {
  const [version = ACCOUNT] = key;
  return key.length === KEY_BYTES ? accountOfKey(key) : (encodeStrkey(version, key.subarray(1)) as Address);
}
