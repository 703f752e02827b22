import type { ScAddressWire, ScValWire } from '@stellar/stellar-sdk/xdr';
import type { ContractTransferFact } from '../facts.ts';

/** What an asset's contract moved, or was to move. */
export type AssetMovement = Pick<
  ContractTransferFact,
  'type' | 'contract' | 'asset' | 'from' | 'to' | 'toMuxedId' | 'amount'
>;

/* The values of which events and calls of an asset's contract are made. Null: the value is of another type, or absent. */

type Value = ScValWire | undefined;

export function symbolOf(value: Value): string | null {
  return value?.type === 15 ? value.sym.toString() : null;
}

export function textOf(value: Value): string | null {
  return value?.type === 14 ? value.str.toString() : null;
}

export function int128Of(value: Value): bigint | null {
  return value?.type === 10 ? (value.i128.hi << 64n) | value.i128.lo : null;
}

export function uint64Of(value: Value): bigint | null {
  return value?.type === 5 ? value.u64 : null;
}

export function addressOf(value: Value): ScAddressWire | null {
  return value?.type === 18 ? value.address : null;
}
