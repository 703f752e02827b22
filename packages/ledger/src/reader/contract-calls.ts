import {
  ContractEvent,
  HostFunction,
  SorobanTransactionData,
  type ContractEventWire,
  type LedgerKeyWire,
} from '@stellar/stellar-sdk/xdr';
import { closeMetaReader } from '../close-meta-reader.ts';
import type { ContractOutput } from '../decode/contract-output.ts';
import type { ContractCall } from '../decode/contract-transfers.ts';
import { sha256 } from '../decode/hash.ts';
import type { Envelope } from './envelopes.ts';
import type { LedgerValues } from './ledger-values.ts';
import type { OperationPlaces } from './operation-places.ts';
import type { Place } from './place-list.ts';
import {
  skipContractEvent,
  skipLedgerEntryChange,
  skipOperation,
  skipOperationMeta,
  skipOperationMetaV2,
  skipScVal,
  skipSorobanTransactionMetaExt,
} from './skip.generated.ts';
import { isPresent, skipList } from './skip-primitives.ts';

/** The first topic of the events that can be transfers. */
const SYMBOLS = new Set(['transfer', 'mint', 'burn', 'clawback']);
const SYMBOL = 15;
const NOT_HASHED = new Uint8Array();

/**
 * What the transfers of a contract call are read from. The SDK decodes only the events that can be transfers, or the
 * arguments of a call that failed.
 *
 * @param afterResult the place of the changes by the fee, which the transaction's meta follows
 */
export function contractCallAt(
  { body, effect }: OperationPlaces,
  envelope: Envelope,
  afterResult: number,
  values: LedgerValues,
): ContractCall {
  const { view, bytes } = values;
  if (effect !== null && view.getInt32(effect + 4) === 0) {
    return {
      succeeded: true,
      result: bytes.subarray(effect + 8, effect + 40),
      output: contractOutputAt(afterResult, values),
    };
  }
  return {
    succeeded: false,
    hostFunction: HostFunction.schema._read(closeMetaReader(bytes.subarray(body)), 'HostFunction'),
    footprint: footprintAt(envelope, values),
  };
}

function footprintAt(envelope: Envelope, { view, bytes }: LedgerValues): LedgerKeyWire[] {
  const extension = skipOperation(view, envelope.operationAt(envelope.operationCount - 1));
  if (!envelope.canCallContracts || view.getInt32(extension) === 0) return [];
  const reader = closeMetaReader(bytes.subarray(extension + 4));
  const { resources } = SorobanTransactionData.schema._read(reader, 'SorobanTransactionData');
  return [...resources.footprint.readOnly, ...resources.footprint.readWrite];
}

function contractOutputAt(at: number, values: LedgerValues): ContractOutput | null {
  const { view } = values;
  const meta = skipList(view, at, skipLedgerEntryChange);
  const version = view.getInt32(meta);
  if (version !== 3 && version !== 4) return null;
  // After the version and an extension: changes before the operations, the operations, changes after them.
  const operations = skipList(view, meta + 8, skipLedgerEntryChange);
  const after = skipList(view, operations, version === 3 ? skipOperationMeta : skipOperationMetaV2);
  const soroban = skipList(view, after, skipLedgerEntryChange);
  if (!isPresent(view, soroban)) return null;
  const content = skipSorobanTransactionMetaExt(view, soroban + 4);
  if (version === 3) {
    const returnValue = skipList(view, content, skipContractEvent);
    return outputOf({ start: content, end: returnValue }, returnValue, values);
  }
  if (!isPresent(view, content) || view.getUint32(operations) === 0) return null;
  // Of the first operation, after its number and an extension: its changes, its events.
  const events = skipList(view, operations + 8, skipLedgerEntryChange);
  return outputOf({ start: events, end: skipList(view, events, skipContractEvent) }, content + 4, values);
}

function outputOf(events: Place, returnValue: number, { view, bytes }: LedgerValues): ContractOutput {
  const found: ContractEventWire[] = [];
  skipList(view, events.start, (_, at) => {
    if (canBeTransfer(view, bytes, at)) {
      found.push(ContractEvent.schema._read(closeMetaReader(bytes.subarray(at)), 'ContractEvent'));
    }
    return skipContractEvent(view, at);
  });
  // Without a transfer nobody asks whether the events are hashed.
  if (found.length === 0) return { events: [], hash: NOT_HASHED };
  const returned = bytes.subarray(returnValue, skipScVal(view, returnValue));
  return { events: found, hash: sha256(returned, bytes.subarray(events.start, events.end)) };
}

/** By the first topic, a symbol. Before it are an extension, the contract, the kind of event, a version, the number of topics. */
function canBeTransfer(view: DataView, bytes: Buffer, at: number): boolean {
  const topics = (isPresent(view, at + 4) ? at + 40 : at + 8) + 8;
  if (view.getUint32(topics) === 0 || view.getInt32(topics + 4) !== SYMBOL) return false;
  const length = view.getUint32(topics + 8);
  return SYMBOLS.has(bytes.toString('latin1', topics + 12, topics + 12 + length));
}
