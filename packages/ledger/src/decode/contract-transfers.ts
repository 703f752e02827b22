import type { HostFunctionWire, LedgerKeyWire } from '@stellar/stellar-sdk/xdr';
import { LedgerError } from '../errors.ts';
import type { ContractTransferFact } from '../facts.ts';
import { intendedMovement } from './contract-call.ts';
import { reportedMovement } from './contract-event.ts';
import type { ContractNames } from './contract-names.ts';
import type { ContractOutput } from './contract-output.ts';
import { sharedFields, type Operation, type OperationContext } from './operation.ts';

/** An operation that calls contracts, with what its transfers are read from. */
export type ContractCall =
  | {
      readonly succeeded: true;
      /** The hash of what the call returned and of its events, by the operation's result. */
      readonly result: Uint8Array;
      readonly output: ContractOutput | null;
    }
  | {
      readonly succeeded: false;
      readonly hostFunction: HostFunctionWire;
      readonly footprint: readonly LedgerKeyWire[];
    };

/** Null if the operation calls no contract. */
export function contractCall({ body, effect, footprint, output }: Operation): ContractCall | null {
  if (body.type !== 24) return null;
  if (effect?.type === 24 && effect.invokeHostFunctionResult.code === 0) {
    return { succeeded: true, result: effect.invokeHostFunctionResult.success, output };
  }
  return { succeeded: false, hostFunction: body.invokeHostFunctionOp.hostFunction, footprint };
}

/**
 * In the order of the events.
 *
 * @throws LedgerError `ledger_corrupt` if the events of a success are absent; `ledger_unsupported` if the event of an
 *   asset's contract has a form that this build does not know
 */
export function contractTransferFacts(
  operation: OperationContext,
  call: ContractCall,
  names: ContractNames,
): ContractTransferFact[] {
  const { account: _, accountMuxedId: __, ...shared } = sharedFields(operation);
  const { movements, isHashed } = call.succeeded
    ? reportedMovements(operation, call, names)
    : { movements: [intendedMovement(call.hostFunction, call.footprint, names)], isHashed: true };
  return movements
    .filter((movement) => movement !== null)
    .map((movement, order) => ({ ...shared, order, ...movement, isHashed }));
}

function reportedMovements(
  { ledger, transactionHash }: OperationContext,
  { output, result }: Extract<ContractCall, { succeeded: true }>,
  names: ContractNames,
) {
  if (output === null) {
    throw new LedgerError('ledger_corrupt', {
      ledger,
      found: `no return value and events of transaction ${transactionHash}, which called a contract and succeeded`,
      expected: 'both, in the meta of the transaction',
      action: 'read from a source that keeps the meta as the node wrote it',
    });
  }
  try {
    const movements = output.events.map((event) => reportedMovement(event, names));
    return { movements, isHashed: Buffer.compare(output.hash, result) === 0 };
  } catch (error) {
    throw new LedgerError('ledger_unsupported', {
      ledger,
      found: `${error instanceof Error ? error.message : String(error)}, in transaction ${transactionHash}`,
      expected: 'an event as CAP-46-6 or CAP-67 describes it',
      action:
        'upgrade to a version that knows a later protocol; if the ledger is not of a later one, it is damaged: fetch it again',
      cause: error,
    });
  }
}
