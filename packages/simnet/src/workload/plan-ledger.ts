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
