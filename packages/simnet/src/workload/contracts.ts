import type { ContractCall } from '../contracts/call.ts';
import type { InvokeHostFunction } from '../operations/operation.ts';
import { draft, type Scenario } from './draft.ts';

/** Somebody calls a contract. */
export const callContract: Scenario = (world) => {
  const { random, cast, protocol } = world;
  const caller = world.idle(cast.wallets);
  if (caller === null || protocol < 20) return [];
  const call = { function: 'settle', market: cast.market, moves: [], traps: random.chance(0.2) } as const;
  return draft(world, caller, invocation(call));
};

export function invocation(call: ContractCall): InvokeHostFunction {
  return { type: 'invoke_host_function', call, failure: null };
}
