import type { ClaimableBalanceFact } from '@stellar-insights/ledger';
import { sharedTruth, stroops, type WitnessedOperation } from './witness.ts';

/** The fact of an operation that creates or claims a balance. */
export function claimableBalanceTruth(operation: WitnessedOperation): ClaimableBalanceFact | null {
  const { body, outcome, succeeded } = operation;
  const shared = sharedTruth(operation);
  switch (body.type) {
    case 'create_claimable_balance':
      return {
        ...shared,
        type: body.type,
        balanceId: succeeded ? (outcome?.moved.balanceId ?? null) : null,
        asset: body.asset.id,
        amount: stroops(body.amount),
        claimants: body.claimants.map(({ id }) => id),
      };
    case 'claim_claimable_balance': {
      const { type, balanceId } = body;
      return { ...shared, type, balanceId, asset: null, amount: null, claimants: [] };
    }
    default:
      return null;
  }
}
