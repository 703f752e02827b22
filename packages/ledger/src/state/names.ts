import { accountKey } from '../account-key.ts';
import type { AccountId, AssetId } from '../brands.ts';

/** Code and issuer of an issued asset; null for the native asset, and for a text that names none that can exist. */
export function issuedAsset(asset: string): { readonly code: string; readonly issuer: AccountId } | null {
  const [, code, issuer] = /^([A-Za-z0-9]{1,12}):(G[A-Z2-7]{55})$/.exec(asset) ?? [];
  if (code === undefined || issuer === undefined || accountKey(issuer) === null) return null;
  return { code, issuer: issuer as AccountId };
}

export function isAsset(text: string): text is AssetId {
  return text === 'native' || issuedAsset(text) !== null;
}

/** An account's home domain may be any 32 bytes; null if it cannot be a domain. */
export function homeDomainOf(text: string): string | null {
  return /^[\x21-\x7e]{1,32}$/.test(text) ? text : null;
}
