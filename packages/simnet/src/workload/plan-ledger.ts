import type { TransactionPlan } from '../transactions/plan.ts';
import { habit } from './habits.ts';
import type { RareCaseRotation } from './rare-cases/rare-case-rotation.ts';
import type { World } from './world.ts';

/**
 * The transactions of the next ledger: ordinary ones and two rare cases among them. One ledger in thirty is empty; the
 * others have about fifteen transactions.
 */
export function planLedger(world: World, rareCases: RareCaseRotation): TransactionPlan[] {
  const { random } = world;
  if (random.chance(1 / 30)) return [];
  const everyday = Array.from({ length: random.integer(10, 20) }, () => habit(world));
  for (let rare = 0; rare < 2; rare += 1) {
    everyday.splice(random.integer(0, everyday.length), 0, rareCases.next(world));
  }
  return everyday.flat();
}

/**
 * Exactly so many transactions: what is `due`, two rare cases and ordinary ones.
 *
 * @throws RangeError if the cast is too small for so many
 */
export function fillLedger(
  world: World,
  rareCases: RareCaseRotation,
  count: number,
  due: readonly TransactionPlan[],
): TransactionPlan[] {
  const plans = [...due, ...rareCases.next(world), ...rareCases.next(world)];
  for (let left = 20 * count; plans.length < count; left -= 1) {
    if (left === 0)
      throw new RangeError(`found a cast that makes ${plans.length} transactions, expected ${count}`);
    plans.push(...habit(world));
  }
  return plans.slice(0, count);
}
