import { hash } from 'node:crypto';
import type { AccountId, PoolId } from '../brands.ts';
import { sharedFields } from '../decode/operation.ts';
import { issuedAsset } from '../decode/parties.ts';
import { paymentOf } from '../decode/payments.ts';
import type {
  ClaimableBalanceFact,
  ClawbackFact,
  LedgerFacts,
  PoolOperationFact,
  TrustlineOperationFact,
} from '../facts.ts';
import { addTrades } from './claims.ts';
import type { LedgerValues } from './ledger-values.ts';
import { movementAt } from './movements.ts';
import type { OperationPlaces } from './operation-places.ts';
import { skipClaimant } from './skip.generated.ts';

/** The two flags of which an `allow_trust` clears those that it does not set. */
const AUTHORIZATION_FLAGS = 3;
const POOL_SHARE = 3;

/** Lists that facts are added to. */
export type FactLists = {
  -readonly [Name in keyof Omit<LedgerFacts, 'header'>]: LedgerFacts[Name][number][];
};

export function addOperationFacts(facts: FactLists, operation: OperationPlaces, values: LedgerValues): void {
  const { type, claims } = operation;
  switch (type) {
    case 0:
    case 1:
    case 2:
    case 8:
    case 13: {
      const movement = movementAt(operation, values);
      if (movement !== null) facts.payments.push(paymentOf(operation, movement));
      break;
    }
    case 6:
    case 7:
    case 21:
      facts.trustlineOperations.push(trustlineOperationAt(operation, values));
      break;
    case 14:
    case 15:
      facts.claimableBalances.push(claimableBalanceAt(operation, values));
      break;
    case 19:
    case 20:
      facts.clawbacks.push(clawbackAt(operation, values));
      break;
    case 22:
    case 23:
      facts.poolOperations.push(poolOperationAt(operation, values));
      break;
    default:
  }
  if (claims !== null) addTrades(facts.trades, operation, claims, values);
}

function trustlineOperationAt(operation: OperationPlaces, values: LedgerValues): TrustlineOperationFact {
  const { view } = values;
  const { type, body, source } = operation;
  switch (type) {
    case 6: {
      const line = lineAt(body, values);
      return {
        ...sharedFields(operation),
        type: 'change_trust',
        trustor: source.account,
        asset: line.asset,
        pool: line.pool,
        poolAssets: line.poolAssets,
        limit: values.amount(line.end),
        setFlags: null,
        clearFlags: null,
      };
    }
    case 7: {
      const code = body + 40;
      const end = view.getInt32(body + 36) === 1 ? code + 4 : code + 12;
      const authorize = view.getUint32(end);
      return {
        ...sharedFields(operation),
        type: 'allow_trust',
        trustor: values.account(body),
        asset: issuedAsset(values.bytes.subarray(code, end), source.account),
        pool: null,
        poolAssets: null,
        limit: null,
        setFlags: authorize,
        clearFlags: AUTHORIZATION_FLAGS & ~authorize,
      };
    }
    default: {
      const flags = values.afterAsset(body + 36);
      return {
        ...sharedFields(operation),
        type: 'set_trust_line_flags',
        trustor: values.account(body),
        asset: values.asset(body + 36),
        pool: null,
        poolAssets: null,
        limit: null,
        setFlags: view.getUint32(flags + 4),
        clearFlags: view.getUint32(flags),
      };
    }
  }
}

/** `ChangeTrustAsset`: an asset, or the parameters of a pool: their type, two assets, the fee. The hash of these is its id. */
function lineAt(at: number, values: LedgerValues) {
  if (values.view.getInt32(at) !== POOL_SHARE) {
    return { asset: values.asset(at), pool: null, poolAssets: null, end: values.afterAsset(at) };
  }
  const assetA = at + 8;
  const assetB = values.afterAsset(assetA);
  const end = values.afterAsset(assetB) + 4;
  return {
    asset: null,
    pool: hash('sha256', values.bytes.subarray(at + 4, end), 'hex') as PoolId,
    poolAssets: [values.asset(assetA), values.asset(assetB)] as const,
    end,
  };
}

function claimableBalanceAt(operation: OperationPlaces, values: LedgerValues): ClaimableBalanceFact {
  const { type, body, effect } = operation;
  if (type === 15) {
    return {
      ...sharedFields(operation),
      type: 'claim_claimable_balance',
      balanceId: values.hash(body + 4),
      asset: null,
      amount: null,
      claimants: [],
    };
  }
  const amount = values.afterAsset(body);
  const isCreated = effect !== null && values.view.getInt32(effect + 4) === 0;
  return {
    ...sharedFields(operation),
    type: 'create_claimable_balance',
    balanceId: isCreated ? values.hash(effect + 12) : null,
    asset: values.asset(body),
    amount: values.amount(amount),
    claimants: claimantsAt(amount + 8, values),
  };
}

function claimantsAt(at: number, values: LedgerValues): AccountId[] {
  const accounts: AccountId[] = [];
  let claimant = at + 4;
  for (let left = values.view.getUint32(at); left > 0; left--) {
    accounts.push(values.account(claimant + 4));
    claimant = skipClaimant(values.view, claimant);
  }
  return accounts;
}

function clawbackAt(operation: OperationPlaces, values: LedgerValues): ClawbackFact {
  const { type, body } = operation;
  if (type === 20) {
    return {
      ...sharedFields(operation),
      type: 'clawback_claimable_balance',
      from: null,
      fromMuxedId: null,
      asset: null,
      amount: null,
      balanceId: values.hash(body + 4),
    };
  }
  const from = values.afterAsset(body);
  const holder = values.party(from);
  return {
    ...sharedFields(operation),
    type: 'clawback',
    from: holder.account,
    fromMuxedId: holder.muxedId,
    asset: values.asset(body),
    amount: values.amount(values.afterParty(from)),
    balanceId: null,
  };
}

function poolOperationAt(operation: OperationPlaces, values: LedgerValues): PoolOperationFact {
  const { type, body } = operation;
  const isDeposit = type === 22;
  // A withdrawal names the shares before the two limits.
  const limits = isDeposit ? body + 32 : body + 40;
  return {
    ...sharedFields(operation),
    type: isDeposit ? 'liquidity_pool_deposit' : 'liquidity_pool_withdraw',
    pool: values.pool(body),
    shares: isDeposit ? null : values.amount(body + 32),
    limitA: values.amount(limits),
    limitB: values.amount(limits + 8),
  };
}
