import type { MemoQuery } from '@stellar-insights/contract';
import type { MemoFilter, Party } from '@stellar-insights/db/history';
import { parseMuxedAccount, type AccountId, type ResultCode } from '@stellar-insights/ledger';

/* Filters that several lists of operations have, as clients write them. */

/** An account, or a muxed one. What only looks like one is a name that nothing has. */
export function partyOf(text: string | undefined): Party | undefined {
  if (text === undefined) return undefined;
  return parseMuxedAccount(text) ?? { account: text as AccountId };
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
