import type { PoolId, Stroops } from '../brands.ts';
import type { PoolOperationFact } from '../facts.ts';
import { hex } from './hash.ts';
import { sharedFields, type Operation } from './operation.ts';

/** Null if the operation neither deposits into a pool nor withdraws from one. */
export function poolOperationFact(operation: Operation): PoolOperationFact | null {
  const { body } = operation;
  switch (body.type) {
    case 22: {
      const { liquidityPoolId, maxAmountA, maxAmountB } = body.liquidityPoolDepositOp;
      return {
        ...sharedFields(operation),
        type: 'liquidity_pool_deposit',
        pool: poolOf(liquidityPoolId),
        shares: null,
        limitA: maxAmountA as Stroops,
        limitB: maxAmountB as Stroops,
      };
    }
    case 23: {
      const { liquidityPoolId, amount, minAmountA, minAmountB } = body.liquidityPoolWithdrawOp;
      return {
        ...sharedFields(operation),
        type: 'liquidity_pool_withdraw',
        pool: poolOf(liquidityPoolId),
        shares: amount as Stroops,
        limitA: minAmountA as Stroops,
        limitB: minAmountB as Stroops,
      };
    }
    default:
      return null;
  }
}

function poolOf(id: Uint8Array): PoolId {
  return hex(id) as string as PoolId;
}
