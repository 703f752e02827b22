import { operationOutcome } from '../decode/outcome.ts';
import type { OperationContext } from '../decode/operation.ts';
import type { TransactionFact } from '../facts.ts';
import type { Envelope } from './envelopes.ts';
import type { LedgerValues } from './ledger-values.ts';
import { verdictAt, type TransactionResult } from './results.ts';
import { skipOperationBody, skipOperationResult } from './skip.generated.ts';
import { RefusedBytesError } from './skip-primitives.ts';

/** Where an operation is, and what facts of all kinds say about it. */
export interface OperationPlaces extends OperationContext {
  readonly type: number;
  /** What follows the type in `OperationBody`. */
  readonly body: number;
  /** The type in `OperationResultTr`, of an operation that took effect; null if it did not. */
  readonly effect: number | null;
  /** The number of claims in `effect`; null if there are none. */
  readonly claims: number | null;
}

/** A bit for each type of operation that has facts of its own, whatever its result. */
const TYPES_WITH_FACTS = [0, 1, 2, 6, 7, 8, 13, 14, 15, 19, 20, 21, 22, 23, 24].reduce(
  (bits, type) => bits | (1 << type),
  0,
);
/** Types whose results have claims; offers have no other facts. */
const TYPES_WITH_CLAIMS = [2, 3, 4, 12, 13].reduce((bits, type) => bits | (1 << type), 0);

/**
 * Visits the operations of a transaction of which there are facts. Each result must be of its operation's type.
 */
export function forEachOperation(
  { ledger, index, hash }: TransactionFact,
  envelope: Envelope,
  transactionResult: TransactionResult,
  values: LedgerValues,
  visit: (operation: OperationPlaces, envelope: Envelope, result: TransactionResult) => void,
): void {
  const { outcome, operations } = transactionResult;
  const { view } = values;
  let at = envelope.operations;
  let result = operations === null ? null : operations + 4;
  for (let operationIndex = 1; operationIndex <= envelope.operationCount; operationIndex++) {
    const hasSource = view.getUint32(at) === 1;
    const body = hasSource ? values.afterParty(at + 4) : at + 4;
    const type = view.getInt32(body);
    const applied = result !== null && view.getInt32(result) === 0 ? result + 4 : null;
    if (applied !== null) requireType(view.getInt32(applied), type);
    const effect = outcome.succeeded ? applied : null;
    const claims = effect === null ? null : claimsAt(view, type, effect);
    if (isIn(TYPES_WITH_FACTS, type) || claims !== null) {
      const operation = {
        id: values.operationId(index, operationIndex),
        ledger,
        transactionIndex: index,
        operationIndex,
        transactionHash: hash,
        source: hasSource ? values.party(at + 4) : envelope.source,
        outcome: operationOutcome(outcome, result === null ? null : verdictAt(view, result)),
        type,
        body: body + 4,
        effect,
        claims,
      };
      visit(operation, envelope, transactionResult);
    }
    at = skipOperationBody(view, body);
    if (result !== null) result = skipOperationResult(view, result);
  }
}

/** The place of the number of claims in a success; null if there are none. */
function claimsAt(view: DataView, type: number, effect: number): number | null {
  if (!isIn(TYPES_WITH_CLAIMS, type) || view.getInt32(effect + 4) !== 0) return null;
  return view.getUint32(effect + 8) === 0 ? null : effect + 8;
}

function isIn(types: number, type: number): boolean {
  return ((types >> type) & 1) === 1;
}

function requireType(found: number, expected: number): void {
  if (found === expected) return;
  throw new RefusedBytesError(
    'inconsistent',
    `a result of operation type ${found}`,
    `one of type ${expected}`,
  );
}
