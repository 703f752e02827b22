import type { PoolOperation } from '@stellar-insights/contract';
import type { PoolOperationFact } from '@stellar-insights/ledger';
import {
  OUTCOME_COLUMNS,
  PLACE_COLUMNS,
  renderOutcome,
  renderPlace,
  renderSender,
  SENDER_COLUMNS,
  type FactInLedger,
} from './operation.ts';
import { amount, knownAmount } from './values.ts';

/** A deposit into a pool or a withdrawal, as REST answers it. */
export function renderPoolOperation({
  fact,
  transaction,
  closedAt,
}: FactInLedger<PoolOperationFact>): PoolOperation {
  return {
    ...renderPlace(fact, transaction, closedAt),
    type: fact.type,
    ...renderSender(fact),
    pool_id: fact.pool,
    ...amount('shares', fact.shares),
    ...knownAmount('limit_a', fact.limitA),
    ...knownAmount('limit_b', fact.limitB),
    ...renderOutcome(fact),
  };
}

/** The columns of `renderPoolOperation` in CSV. */
export const POOL_OPERATION_COLUMNS = [
  ...PLACE_COLUMNS,
  'type',
  ...SENDER_COLUMNS,
  'pool_id',
  'shares',
  'shares_stroops',
  'limit_a',
  'limit_a_stroops',
  'limit_b',
  'limit_b_stroops',
  ...OUTCOME_COLUMNS,
] as const;
