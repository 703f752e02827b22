import { InvokeHostFunctionSuccessPreImage, type ContractEventWire } from '@stellar/stellar-sdk/xdr';
import type { Blame } from '@stellar-insights/ledger';
import type { ContractCall, MarketCall } from '../contracts/call.ts';
import { moveToken } from '../contracts/move-token.ts';
import { contractEvent, eventWire, type CallReport, type Movement } from '../contracts/movement.ts';
import { holderWire, int128Wire, symbolWire, textWire, VOID } from '../contracts/value-wire.ts';
import { sha256 } from '../digest.ts';
import type { InvokeHostFunction } from './operation.ts';
import { failed, succeeded, type OperationContext, type Outcome } from './outcome.ts';

/** All that a failed call says of its reason, and who could have prevented it. */
const FAILURES = {
  MALFORMED: { code: -1, blame: 'sender' },
  TRAPPED: { code: -2, blame: 'unknown' },
  RESOURCE_LIMIT_EXCEEDED: { code: -3, blame: 'network' },
  ENTRY_ARCHIVED: { code: -4, blame: 'sender' },
  INSUFFICIENT_REFUNDABLE_FEE: { code: -5, blame: 'sender' },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly blame: Blame }>>;

export type CallFailure = keyof typeof FAILURES;

/** Any move that fails makes the whole call fail. The result of a success is a hash of what it returned and published. */
export function applyInvokeHostFunction(
  context: OperationContext,
  { call, failure }: InvokeHostFunction,
): Outcome {
  if (failure !== null) return fail(failure);
  const reports = applyCall(context, call);
  if (reports === null) return fail('TRAPPED');
  const output = { returnValue: VOID, events: reports.map((report) => eventWire(report)) };
  const success = sha256(InvokeHostFunctionSuccessPreImage.schema.encode(output));
  const result = { type: 24, invokeHostFunctionResult: { code: 0, success } } as const;
  return succeeded('INVOKE_HOST_FUNCTION_SUCCESS', result, { reports });
}

/** Null if the call traps. */
function applyCall(context: OperationContext, call: ContractCall): CallReport[] | null {
  if (call.function !== 'settle') {
    const movement = moveToken(context, call);
    return movement === null ? null : [movement];
  }
  const reports: CallReport[] = [];
  for (const move of call.moves) {
    const movement = moveToken(context, move);
    if (movement === null) return null;
    reports.push(movement, lookalike(call, movement));
  }
  return call.traps ? null : reports;
}

/** A market says what it settled in the words of the asset's contract, of twice the amount. It is no transfer. */
function lookalike({ market }: MarketCall, { type, asset, from, to, amount }: Movement): ContractEventWire {
  const parties = [from, to].flatMap((holder) => (holder === null ? [] : holderWire(holder, 'event')));
  return contractEvent(market, [symbolWire(type), ...parties, textWire(asset.id)], int128Wire(2n * amount));
}

function fail(failure: CallFailure): Outcome {
  const { code, blame } = FAILURES[failure];
  return failed(`INVOKE_HOST_FUNCTION_${failure}`, blame, { type: 24, invokeHostFunctionResult: { code } });
}
