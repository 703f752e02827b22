import type { PoolOperationFact } from '@stellar-insights/ledger';
import { sharedTruth, stroops, type WitnessedOperation } from './witness.ts';

/** The fact of an operation that deposits into a pool or withdraws from one. */
export function poolTruth(operation: WitnessedOperation): PoolOperationFact | null {
  const { body } = operation;
  switch (body.type) {
    case 'liquidity_pool_deposit': {
      const { type, pool, maxAmountA, maxAmountB } = body;
      const limits = { limitA: stroops(maxAmountA), limitB: stroops(maxAmountB) };
      return { ...sharedTruth(operation), type, pool, shares: null, ...limits };
    }
    case 'liquidity_pool_withdraw': {
      const { type, pool, amount, minAmountA, minAmountB } = body;
      const limits = { limitA: stroops(minAmountA), limitB: stroops(minAmountB) };
      return { ...sharedTruth(operation), type, pool, shares: stroops(amount), ...limits };
    }
    default:
      return null;
  }
}
