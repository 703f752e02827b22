import type { TransactionPlan } from '../transactions/plan.ts';
import {
  approve,
  changeTrust,
  createAccount,
  mergeAccount,
  payRestricted,
  review,
  setHomeDomain,
} from './accounts.ts';
import { claimBalance, leaveBalance } from './claimable-balances.ts';
import { clawBack } from './clawbacks.ts';
import { callContract } from './contracts.ts';
import type { Scenario } from './draft.ts';
import { deposit, pay, payMany, paySelf, redeem } from './payments.ts';
import { provideLiquidity, sharePool } from './pools.ts';
import { arbitrage, convert, quote, takeOffer, withdrawQuote } from './trading.ts';
import type { World } from './world.ts';

/** The ordinary transactions, each with its weight. */
const HABITS: readonly (readonly [Scenario, weight: number])[] = [
  [pay, 34],
  [deposit, 5],
  [redeem, 5],
  [payMany, 4],
  [paySelf, 1],
  [convert, 14],
  [arbitrage, 14],
  [quote, 8],
  [withdrawQuote, 1],
  [takeOffer, 4],
  [provideLiquidity, 2],
  [sharePool, 1.5],
  [createAccount, 2],
  [mergeAccount, 1],
  [changeTrust, 1],
  [approve, 0.3],
  [review, 0.7],
  [payRestricted, 1],
  [setHomeDomain, 0.3],
  [leaveBalance, 2],
  [claimBalance, 3],
  [clawBack, 1],
  [callContract, 3],
];
const TOTAL_WEIGHT = HABITS.reduce((sum, [, weight]) => sum + weight, 0);

/** One ordinary transaction. */
export function habit(world: World): readonly TransactionPlan[] {
  let left = world.random.fraction() * TOTAL_WEIGHT;
  const [scenario] = HABITS.find(([, weight]) => (left -= weight) < 0) ?? [pay];
  return scenario(world);
}
