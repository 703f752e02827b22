import type { OperationResultTrWire } from '@stellar/stellar-sdk/xdr';
import type { Hash, Stroops } from '../brands.ts';
import type { ClaimableBalanceFact } from '../facts.ts';
import { hex } from './hash.ts';
import { sharedFields, type Operation } from './operation.ts';

/** Null if the operation neither creates nor claims a claimable balance. */
export function claimableBalanceFact(operation: Operation): ClaimableBalanceFact | null {
  const { body, names } = operation;
  switch (body.type) {
    case 14: {
      const { asset, amount, claimants } = body.createClaimableBalanceOp;
      return {
        ...sharedFields(operation),
        type: 'create_claimable_balance',
        balanceId: createdBalance(operation.effect),
        asset: names.asset(asset),
        amount: amount as Stroops,
        claimants: claimants.map((claimant) => names.account(claimant.v0.destination)),
      };
    }
    case 15:
      return {
        ...sharedFields(operation),
        type: 'claim_claimable_balance',
        balanceId: hex(body.claimClaimableBalanceOp.balanceId.v0),
        asset: null,
        amount: null,
        claimants: [],
      };
    default:
      return null;
  }
}

function createdBalance(effect: OperationResultTrWire | null): Hash | null {
  if (effect?.type !== 14 || effect.createClaimableBalanceResult.code !== 0) return null;
  return hex(effect.createClaimableBalanceResult.balanceId.v0);
}
