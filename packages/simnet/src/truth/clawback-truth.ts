import type { ClawbackFact } from '@stellar-insights/ledger';
import { sharedTruth, stroops, type WitnessedOperation } from './witness.ts';

/** The fact of an operation by which an issuer takes back its asset. */
export function clawbackTruth(operation: WitnessedOperation): ClawbackFact | null {
  const { body } = operation;
  const shared = sharedTruth(operation);
  switch (body.type) {
    case 'clawback':
      return {
        ...shared,
        type: body.type,
        from: body.from.account.id,
        fromMuxedId: body.from.muxedId,
        asset: body.asset.id,
        amount: stroops(body.amount),
        balanceId: null,
      };
    case 'clawback_claimable_balance': {
      const { type, balanceId } = body;
      return { ...shared, type, from: null, fromMuxedId: null, asset: null, amount: null, balanceId };
    }
    default:
      return null;
  }
}
