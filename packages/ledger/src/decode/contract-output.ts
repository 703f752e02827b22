import type { ContractEventWire } from '@stellar/stellar-sdk/xdr';
import type { ByteRange } from './byte-range.ts';
import { sha256 } from './hash.ts';
import type { TransactionMetaRanges } from './transaction-meta-schema.ts';

/** What the meta says of a successful contract call. */
export interface ContractOutput {
  /** Those of the contracts, in their order; not those of classic operations, which a node may add elsewhere. */
  readonly events: readonly ContractEventWire[];
  /** Of the return value and the events (`InvokeHostFunctionSuccessPreImage`); the call's result is the same hash. */
  readonly hash: Uint8Array;
}

/** Null if the meta is of a transaction without a contract call, or of one that failed. `bytes` are the ledger's. */
export function contractOutput(meta: TransactionMetaRanges, bytes: Uint8Array): ContractOutput | null {
  const output = returnedBy(meta);
  if (output === null) return null;
  const slice = ({ start, end }: ByteRange<unknown>) => bytes.subarray(start, end);
  return { events: output.events.value, hash: sha256(slice(output.returnValue), slice(output.events)) };
}

function returnedBy(meta: TransactionMetaRanges) {
  if (meta.v === 3) return meta.v3.sorobanMeta;
  if (meta.v !== 4) return null;
  const { sorobanMeta, operations } = meta.v4;
  const returnValue = sorobanMeta?.returnValue ?? null;
  // A transaction with a contract call has no other operation.
  const events = operations[0]?.events;
  return returnValue === null || events === undefined ? null : { returnValue, events };
}
