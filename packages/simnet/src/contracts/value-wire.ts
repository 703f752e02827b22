import { XdrString, type ScValWire } from '@stellar/stellar-sdk/xdr';
import { addressWire, type Holder } from './contract.ts';

/* Values as contracts take and publish them. */

export const VOID: ScValWire = { type: 1 };

export function symbolWire(text: string): ScValWire {
  return { type: 15, sym: new XdrString(text) };
}

export function textWire(text: string): ScValWire {
  return { type: 14, str: new XdrString(text) };
}

export function holderWire(holder: Holder, place: 'call' | 'event'): ScValWire {
  return { type: 18, address: addressWire(holder, place) };
}

export function int128Wire(value: bigint): ScValWire {
  return { type: 10, i128: { hi: value >> 64n, lo: BigInt.asUintN(64, value) } };
}

export function uint64Wire(value: bigint): ScValWire {
  return { type: 5, u64: value };
}

export function mapWire(entries: Readonly<Record<string, ScValWire>>): ScValWire {
  return { type: 17, map: Object.entries(entries).map(([name, val]) => ({ key: symbolWire(name), val })) };
}
