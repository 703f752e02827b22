import type { MuxedAccountWire, PublicKeyWire } from '@stellar/stellar-sdk/xdr';
import type { KeyPair, Party } from './key-pair.ts';

export function accountWire(account: KeyPair): PublicKeyWire {
  return { type: 0, ed25519: account.publicKey };
}

export function partyWire({ account, muxedId }: Party): MuxedAccountWire {
  if (muxedId === null) return { type: 0, ed25519: account.publicKey };
  return { type: 256, med25519: { id: muxedId, ed25519: account.publicKey } };
}
