import type { ContractEventWire, ScValWire } from '@stellar/stellar-sdk/xdr';
import type { KeyPair } from '../key-pair.ts';
import type { Asset } from '../state/asset.ts';
import { isContract, isIssuer, nameOf, type Contract, type Holder } from './contract.ts';
import { holderWire, int128Wire, mapWire, symbolWire, textWire, uint64Wire } from './value-wire.ts';

/** What an asset's contract moved, and how it reports that. */
export interface Movement {
  readonly type: 'transfer' | 'mint' | 'burn' | 'clawback';
  /** The asset's contract. */
  readonly token: Contract;
  readonly asset: Asset;
  /** Null of a mint. */
  readonly from: Holder | null;
  /** Null of a burn or clawback. */
  readonly to: Holder | null;
  readonly amount: bigint;
  /** Until protocol 22, events of a mint and a clawback name the issuer as well. */
  readonly admin: KeyPair | null;
}

/** What protocol 23 calls it: what an issuer pays out is minted, and what it gets back is burned (CAP-67). */
export function sinceProtocol23({ admin: _, ...movement }: Movement): Movement {
  const { type, from, to, asset } = movement;
  const since = { ...movement, admin: null };
  const toItself = from !== null && to !== null && nameOf(from) === nameOf(to);
  if (type !== 'transfer' || toItself) return since;
  if (isIssuer(from, asset)) return { ...since, type: 'mint', from: null };
  if (isIssuer(to, asset)) return { ...since, type: 'burn', to: null };
  return since;
}

/** What a successful call published: what the contract of an asset moved, or what another contract says. */
export type CallReport = Movement | ContractEventWire;

/** `isReplayed`: a node that replays old ledgers writes what contracts of assets published in the form of protocol 23. */
export function eventWire(report: CallReport, isReplayed = false): ContractEventWire {
  if (!('token' in report)) return report;
  return movementEvent(isReplayed ? sinceProtocol23(report) : report);
}

function movementEvent(movement: Movement): ContractEventWire {
  const { type, token, asset, from, to, amount, admin } = movement;
  const parties = [admin === null ? null : { account: admin, muxedId: null }, from, to];
  const topics = [
    symbolWire(type),
    ...parties.flatMap((party) => (party === null ? [] : holderWire(party, 'event'))),
    textWire(asset.id),
  ];
  return contractEvent(token, topics, amountWire(amount, to));
}

export function contractEvent(contract: Contract, topics: ScValWire[], data: ScValWire): ContractEventWire {
  return { ext: { v: 0 }, contractId: contract.bytes, type: 1, body: { v: 0, v0: { topics, data } } };
}

function amountWire(amount: bigint, to: Holder | null): ScValWire {
  const muxedId = to === null || isContract(to) ? null : to.muxedId;
  if (muxedId === null) return int128Wire(amount);
  return mapWire({ amount: int128Wire(amount), to_muxed_id: uint64Wire(muxedId) });
}
