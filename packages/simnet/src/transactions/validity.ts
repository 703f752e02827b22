import type { LedgerContext } from '../operations/outcome.ts';
import { reserveOf } from '../state/holdings.ts';
import type { TransactionFate } from './plan.ts';
import type { SignedTransaction } from './signed-transaction.ts';

export interface Invalid extends TransactionFate {
  /** The sequence number is used up all the same: the failure came to light after it was taken. */
  readonly takesSequence: boolean;
}

/** Why a transaction fails before any of its operations is applied, in the protocol's order of checks; null if it does not. */
export function invalidity(
  context: LedgerContext,
  { plan, sequence, maxFee }: SignedTransaction,
): Invalid | null {
  const { store, closeTime } = context;
  const { timeBounds, minSequenceAge, fate, operations, needlessSignature } = plan;
  const source = store.account(plan.source.account.id);
  const early = { blame: 'sender', takesSequence: false } as const;
  const late = { blame: 'sender', takesSequence: true } as const;

  if (fate !== null) return { ...fate, takesSequence: false };
  if (operations.length === 0) return { code: 'txMISSING_OPERATION', ...early };
  if (timeBounds !== null && closeTime < timeBounds.minTime) return { code: 'txTOO_EARLY', ...early };
  if (timeBounds !== null && timeBounds.maxTime !== 0 && closeTime > timeBounds.maxTime) {
    return { code: 'txTOO_LATE', blame: 'network', takesSequence: false };
  }
  if (maxFee < MIN_FEE * BigInt(operations.length)) return { code: 'txINSUFFICIENT_FEE', ...early };
  if (source === undefined) return { code: 'txNO_ACCOUNT', ...early };
  if (sequence !== source.sequence + 1n) return { code: 'txBAD_SEQ', ...early };
  if (minSequenceAge !== null && BigInt(closeTime - source.sequenceTime) < minSequenceAge) {
    return { code: 'txBAD_MIN_SEQ_AGE_OR_GAP', ...early };
  }
  if (isForged(plan.forgedSignatures, source.owner.id)) return { code: 'txBAD_AUTH', ...late };
  if (source.balance < reserveOf(source) + source.liabilities.selling) {
    return { code: 'txINSUFFICIENT_BALANCE', ...late };
  }
  return needlessSignature === null ? null : { code: 'txBAD_AUTH_EXTRA', ...late };
}

/** Stroops an operation. */
export const MIN_FEE = 100n;

function isForged(forged: readonly { readonly id: string }[], id: string): boolean {
  return forged.some((signer) => signer.id === id);
}
