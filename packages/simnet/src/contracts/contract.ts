import { StrKey } from '@stellar/stellar-sdk/base';
import { HashIdPreimage, type ScAddressWire } from '@stellar/stellar-sdk/xdr';
import type { ContractId } from '@stellar-insights/ledger';
import { sha256 } from '../digest.ts';
import type { Party } from '../key-pair.ts';
import type { Asset } from '../state/asset.ts';
import { accountWire } from '../wire.ts';

export interface Contract {
  readonly contractId: ContractId;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
}

/** Whom a contract can name. */
export type Holder = Party | Contract;

/** Somebody's contract. The same name always gives the same one. */
export function deriveContract(name: string): Contract {
  return contractOf(sha256(Buffer.from(name)));
}

/** The asset's own contract (CAP-46-6), by which contracts move it. */
export function tokenOf(asset: Asset, networkId: Uint8Array): Contract {
  const contractIdPreimage = { type: 1, fromAsset: asset.wire } as const;
  const preimage = HashIdPreimage.schema.encode({ type: 8, contractId: { networkId, contractIdPreimage } });
  return contractOf(sha256(preimage));
}

export function isContract(holder: Holder): holder is Contract {
  return 'contractId' in holder;
}

export function isIssuer(holder: Holder | null, asset: Asset): boolean {
  return holder !== null && !isContract(holder) && holder.account.id === asset.issuer?.id;
}

/** `G…` or `C…`. */
export function nameOf(holder: Holder): string {
  return isContract(holder) ? holder.contractId : holder.account.id;
}

/** The id of a muxed account is in the address that a call names, and not in that of an event. */
export function addressWire(holder: Holder, place: 'call' | 'event'): ScAddressWire {
  if (isContract(holder)) return { type: 1, contractId: holder.bytes };
  const { account, muxedId } = holder;
  return muxedId === null || place === 'event'
    ? { type: 0, accountId: accountWire(account) }
    : { type: 2, muxedAccount: { id: muxedId, ed25519: account.publicKey } };
}

function contractOf(bytes: Uint8Array): Contract {
  return { bytes, contractId: StrKey.encodeContract(bytes) as ContractId };
}
