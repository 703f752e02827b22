import { StrKey } from '@stellar/stellar-sdk/base';
import { accountKey } from '@stellar-insights/ledger';

/** The name `M…` of a muxed account. */
export function muxedName(account: string, muxedId: bigint): string {
  const id = Buffer.alloc(8);
  id.writeBigUInt64BE(muxedId);
  return StrKey.encodeMed25519PublicKey(Buffer.concat([accountKey(account) ?? Buffer.alloc(0), id]));
}
