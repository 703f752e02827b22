import type { Hash, LedgerSequence, OperationId } from '../brands.ts';
import type { OperationContext } from '../decode/operation.ts';
import type { OperationOutcome } from '../decode/outcome.ts';
import type { Party } from '../decode/parties.ts';
import type { TransactionFact } from '../facts.ts';
import { NOBODY, type Envelope } from './envelopes.ts';
import type { LedgerValues } from './ledger-values.ts';
import { verdictAt, type TransactionResult } from './results.ts';
import { RefusedBytesError } from './skip-primitives.ts';

const NO_OUTCOME: OperationOutcome = { succeeded: false, operationResult: null, failure: null };

/** Where an operation is, and what facts of all kinds say about it. One object is moved on, so nothing may keep it. */
export class OperationPlaces implements OperationContext {
  id = 0n as OperationId;
  ledger = 0 as LedgerSequence;
  transactionIndex = 0;
  operationIndex = 0;
  transactionHash = '' as Hash;
  source: Party = NOBODY;
  outcome = NO_OUTCOME;
  type = 0;
  /** What follows the type in `OperationBody`. */
  body = 0;
  /** The type in `OperationResultTr`, of an operation that took effect; null if it did not. */
  effect: number | null = null;
  /** The number of claims in `effect`; null if there are none. */
  claims: number | null = null;
}

/** A bit for each type of operation that has facts of its own, whatever its result. */
const TYPES_WITH_FACTS = [0, 1, 2, 6, 7, 8, 13, 14, 15, 19, 20, 21, 22, 23, 24].reduce(
  (bits, type) => bits | (1 << type),
  0,
);
/** Types whose results have claims; offers have no other facts. */
const TYPES_WITH_CLAIMS = [2, 3, 4, 12, 13].reduce((bits, type) => bits | (1 << type), 0);

/**
 * Moves `operation` to each operation of a transaction of which there are facts, and visits it. Each result must be of its
 * operation's type.
 */
export function forEachOperation(
  { ledger, index, hash }: TransactionFact,
  envelope: Envelope,
  transactionResult: TransactionResult,
  operation: OperationPlaces,
  values: LedgerValues,
  visit: (operation: OperationPlaces) => void,
): void {
  const { succeeded, operationCount } = transactionResult;
  const { view } = values;
  operation.ledger = ledger;
  operation.transactionIndex = index;
  operation.transactionHash = hash;
  for (let operationIndex = 1; operationIndex <= envelope.operationCount; operationIndex++) {
    const at = envelope.operationAt(operationIndex - 1);
    const result = operationCount === null ? null : transactionResult.operationAt(operationIndex - 1);
    const hasSource = view.getUint32(at) === 1;
    const body = hasSource ? values.afterParty(at + 4) : at + 4;
    const type = view.getInt32(body);
    const applied = result !== null && view.getInt32(result) === 0 ? result + 4 : null;
    if (applied !== null) requireType(view.getInt32(applied), type);
    const effect = succeeded ? applied : null;
    const claims = effect === null ? null : claimsAt(view, type, effect);
    if (isIn(TYPES_WITH_FACTS, type) || claims !== null) {
      const verdict = result === null ? null : verdictAt(view, result);
      operation.id = values.operationId(index, operationIndex);
      operation.operationIndex = operationIndex;
      operation.source = hasSource ? values.party(at + 4) : envelope.source;
      operation.outcome = transactionResult.operationOutcome(verdict, values);
      operation.type = type;
      operation.body = body + 4;
      operation.effect = effect;
      operation.claims = claims;
      visit(operation);
    }
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
