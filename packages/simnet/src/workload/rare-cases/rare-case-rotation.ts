import type { TransactionPlan } from '../../transactions/plan.ts';
import type { World } from '../world.ts';
import { ACCOUNT_FAILURES } from './account-failures.ts';
import { CLAIM_FAILURES } from './claim-failures.ts';
import { CLAWBACK_FAILURES } from './clawback-failures.ts';
import { CONTRACT_CASES } from './contract-cases.ts';
import { FEE_BUMPS } from './fee-bumps.ts';
import { MARKET_FAILURES } from './market-failures.ts';
import { PAYMENT_FAILURES } from './payment-failures.ts';
import { UNUSUAL_PATHS } from './unusual-paths.ts';
import { OPERATION_FAILURES } from './operation-failures.ts';
import { POOL_FAILURES } from './pool-failures.ts';
import type { RareCase } from './rare-case.ts';
import { TRUST_FAILURES } from './trust-failures.ts';
import { TRANSACTION_FAILURES } from './transaction-failures.ts';

const RARE_CASES: readonly RareCase[] = [
  ...PAYMENT_FAILURES,
  ...MARKET_FAILURES,
  ...OPERATION_FAILURES,
  ...TRANSACTION_FAILURES,
  ...FEE_BUMPS,
  ...ACCOUNT_FAILURES,
  ...CLAIM_FAILURES,
  ...CLAWBACK_FAILURES,
  ...TRUST_FAILURES,
  ...POOL_FAILURES,
  ...CONTRACT_CASES,
  ...UNUSUAL_PATHS,
];

/** Returns the rare cases in turn, so that none is left to chance. */
export class RareCaseRotation {
  #turn = 0;

  next(world: World): readonly TransactionPlan[] {
    const { protocol } = world;
    const possible = RARE_CASES.filter(
      ({ from = 0, until = Infinity }) => from <= protocol && protocol < until,
    );
    const rareCase = possible[this.#turn % possible.length];
    this.#turn += 1;
    return rareCase?.scenario(world) ?? [];
  }
}
