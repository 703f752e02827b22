import type { MemoQuery } from '@stellar-insights/contract';
import type { MemoFilter, Party } from '@stellar-insights/db/history';
import type { AddressParty } from '@stellar-insights/db/operations';
import { parseMuxedAccount, type AccountId, type Address, type ResultCode } from '@stellar-insights/ledger';

/* Filters that several lists of operations have, as clients write them. */

/** An account, or a muxed one. What only looks like one is a name that nothing has. */
export function partyOf(text: string | undefined): Party | undefined {
  if (text === undefined) return undefined;
  return parseMuxedAccount(text) ?? { account: text as AccountId };
}

/** Whatever can hold an asset: as `partyOf`, where the text names an account. */
export function addressOf(text: string | undefined): AddressParty | undefined {
  if (text === undefined) return undefined;
  const muxed = parseMuxedAccount(text);
  return muxed === null ? { address: text as Address } : { address: muxed.account, muxedId: muxed.muxedId };
}

export function memoFilterOf({
  memo: value,
  memo_type: type,
  memo_hex: hex,
  memo_base64: base64,
}: MemoQuery): MemoFilter | undefined {
  if (value !== undefined) return { value, type };
  if (hex !== undefined) return { bytes: Buffer.from(hex, 'hex'), type };
  return base64 === undefined ? undefined : { bytes: Buffer.from(base64, 'base64'), type };
}

/** An outcome, or the reason of a failure. */
export function resultFilterOf(result: string | undefined): {
  readonly succeeded?: boolean;
  readonly reason?: ResultCode;
} {
  if (result === undefined) return {};
  if (result === 'succeeded' || result === 'failed') return { succeeded: result === 'succeeded' };
  return { reason: result as ResultCode };
}
