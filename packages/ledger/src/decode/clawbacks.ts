import type { Stroops } from '../brands.ts';
import type { ClawbackFact } from '../facts.ts';
import { hex } from './hash.ts';
import { sharedFields, type Operation } from './operation.ts';

/** Null if the operation takes nothing back. */
export function clawbackFact(operation: Operation): ClawbackFact | null {
  const { body, names } = operation;
  switch (body.type) {
    case 19: {
      const { asset, from, amount } = body.clawbackOp;
      const holder = names.party(from);
      return {
        ...sharedFields(operation),
        type: 'clawback',
        from: holder.account,
        fromMuxedId: holder.muxedId,
        asset: names.asset(asset),
        amount: amount as Stroops,
        balanceId: null,
      };
    }
    case 20:
      return {
        ...sharedFields(operation),
        type: 'clawback_claimable_balance',
        from: null,
        fromMuxedId: null,
        asset: null,
        amount: null,
        balanceId: hex(body.clawbackClaimableBalanceOp.balanceId.v0),
      };
    default:
      return null;
  }
}
