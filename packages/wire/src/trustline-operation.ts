import type { TrustlineOperation } from '@stellar-insights/contract';
import type { TrustlineOperationFact } from '@stellar-insights/ledger';
import {
  OUTCOME_COLUMNS,
  PLACE_COLUMNS,
  renderOutcome,
  renderPlace,
  renderSender,
  SENDER_COLUMNS,
  type FactInLedger,
} from './operation.ts';
import { amount } from './values.ts';

/** An operation on a trustline as REST answers it. */
export function renderTrustlineOperation({
  fact,
  transaction,
  closedAt,
}: FactInLedger<TrustlineOperationFact>): TrustlineOperation {
  const [assetA = null, assetB = null] = fact.poolAssets ?? [];
  return {
    ...renderPlace(fact, transaction, closedAt),
    type: fact.type,
    ...renderSender(fact),
    trustor: fact.trustor,
    asset: fact.asset,
    pool_id: fact.pool,
    pool_asset_a: assetA,
    pool_asset_b: assetB,
    ...amount('limit', fact.limit),
    set_flags: fact.setFlags,
    clear_flags: fact.clearFlags,
    ...renderOutcome(fact),
  };
}

/** The columns of `renderTrustlineOperation` in CSV. */
export const TRUSTLINE_OPERATION_COLUMNS = [
  ...PLACE_COLUMNS,
  'type',
  ...SENDER_COLUMNS,
  'trustor',
  'asset',
  'pool_id',
  'pool_asset_a',
  'pool_asset_b',
  'limit',
  'limit_stroops',
  'set_flags',
  'clear_flags',
  ...OUTCOME_COLUMNS,
] as const;
