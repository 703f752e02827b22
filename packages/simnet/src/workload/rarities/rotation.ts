import type { TransactionPlan } from '../../transactions/plan.ts';
import type { World } from '../world.ts';
import { ACCOUNT_FAILURES } from './account-failures.ts';
import { CLAIM_FAILURES } from './claim-failures.ts';
import { FEE_BUMPS } from './fee-bumps.ts';
import { MARKET_FAILURES } from './market-failures.ts';
import { MISDIRECTED } from './misdirected.ts';
import { ODDITIES } from './oddities.ts';
import { OPERATION_FAILURES } from './operation-failures.ts';
import type { Rarity } from './rarity.ts';
import { TRANSACTION_FAILURES } from './transaction-failures.ts';

const RARITIES: readonly Rarity[] = [
  ...MISDIRECTED,
  ...MARKET_FAILURES,
  ...OPERATION_FAILURES,
  ...TRANSACTION_FAILURES,
  ...FEE_BUMPS,
  ...ACCOUNT_FAILURES,
  ...CLAIM_FAILURES,
  ...ODDITIES,
];

/** Makes rare things happen one after another, so that none is left to chance. */
export class RarityRotation {
  #turn = 0;

  next(world: World): readonly TransactionPlan[] {
    const { protocol } = world;
    const possible = RARITIES.filter(
      ({ from = 0, until = Infinity }) => from <= protocol && protocol < until,
    );
    const rarity = possible[this.#turn % possible.length];
    this.#turn += 1;
    return rarity?.scenario(world) ?? [];
  }
}
