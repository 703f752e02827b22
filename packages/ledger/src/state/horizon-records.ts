import type { AccountId, AssetId, PoolId } from '../brands.ts';
import { isRecord } from '../sources/rpc-answers.ts';
import { invalidRecord } from './errors.ts';
import { HorizonFields } from './horizon-fields.ts';
import type { AccountState, AssetState, Authorization, PoolState, TrustlineState } from './network-state.ts';
import { homeDomainOf } from './names.ts';
import { poolIdOf } from './pool-id.ts';

/** A record of a listing, and the cursor that stands for its place. */
export interface ListedRecord<T> {
  readonly token: string;
  readonly state: T;
}

/** A record of `/liquidity_pools`. All functions here throw StateError `horizon_invalid_response`. */
export function parsePool(value: unknown): ListedRecord<PoolState> {
  const fields = new HorizonFields(value, 'a liquidity pool');
  const id = fields.text('id', /^[0-9a-f]{64}$/, '64 lower-case hex digits') as PoolId;
  fields.text('type', /^constant_product$/, 'constant_product');
  fields.text('paging_token', new RegExp(`^${id}$`), id);
  const reserves = fields.list('reserves').map((reserve) => new HorizonFields(reserve, `a reserve of ${id}`));
  const [a, b] = reserves;
  if (a === undefined || b === undefined || reserves.length !== 2) {
    throw invalidRecord(`${reserves.length} reserves of pool ${id}`, 'two');
  }
  const [assetA, assetB] = [a.assetText('asset'), b.assetText('asset')];
  const feeBp = fields.count('fee_bp');
  if (poolIdOf(assetA, assetB, feeBp) !== id) {
    const found = `pool ${id} with the assets ${assetA} and ${assetB} and a fee of ${feeBp} basis points`;
    throw invalidRecord(found, 'assets and a fee whose hash is the id');
  }
  const state = {
    id,
    assetA,
    assetB,
    feeBp,
    reserveA: a.amount('amount'),
    reserveB: b.amount('amount'),
    shares: fields.amount('total_shares'),
    trustlines: fields.count('total_trustlines'),
    modifiedLedger: fields.ledger('last_modified_ledger'),
  };
  return { token: id, state };
}

/** A record of `/assets`. */
export function parseAsset(value: unknown): ListedRecord<AssetState> {
  const fields = new HorizonFields(value, 'an asset');
  const { asset, token } = fields.issuedAsset();
  fields.text('paging_token', new RegExp(`^${token}$`), token);
  const [accounts, balances] = [fields.object('accounts'), fields.object('balances')];
  const holding = (name: string) => ({ accounts: accounts.count(name), balance: balances.sum(name) });
  const placement = (count: string, amount: string) => ({
    count: fields.count(count),
    amount: fields.sum(amount),
  });
  const state = {
    asset,
    flags: fields.accountFlags(),
    holders: {
      authorized: holding('authorized'),
      maintainLiabilities: holding('authorized_to_maintain_liabilities'),
      unauthorized: holding('unauthorized'),
    },
    claimableBalances: placement('num_claimable_balances', 'claimable_balances_amount'),
    pools: placement('num_liquidity_pools', 'liquidity_pools_amount'),
    contracts: placement('num_contracts', 'contracts_amount'),
  };
  return { token, state };
}

/** The answer of `/accounts/{id}`. */
export function parseAccount(value: unknown, id: AccountId): AccountState {
  const fields = accountFields(value, id);
  return {
    account: id,
    homeDomain: homeDomainOf(fields.optionalText('home_domain')),
    flags: fields.accountFlags(),
    modifiedLedger: fields.ledger('last_modified_ledger'),
  };
}

/** Those of the trustlines for `assets` that the answer of `/accounts/{id}` has. */
export function parseTrustlines(
  value: unknown,
  id: AccountId,
  assets: ReadonlySet<AssetId>,
): TrustlineState[] {
  return accountFields(value, id)
    .list('balances')
    .filter((balance) => isRecord(balance) && /^credit_alphanum(4|12)$/.test(String(balance['asset_type'])))
    .map((balance) => parseTrustline(balance, id))
    .filter(({ asset }) => assets.has(asset));
}

function accountFields(value: unknown, id: AccountId): HorizonFields {
  const fields = new HorizonFields(value, `account ${id}`);
  fields.text('account_id', new RegExp(`^${id}$`), id);
  return fields;
}

function parseTrustline(value: unknown, account: AccountId): TrustlineState {
  const fields = new HorizonFields(value, `a balance of ${account}`);
  return {
    account,
    asset: fields.issuedAsset().asset,
    authorization: authorizationOf(fields),
    clawbackEnabled: fields.flag('is_clawback_enabled'),
    balance: fields.amount('balance'),
    limit: fields.amount('limit'),
    modifiedLedger: fields.ledger('last_modified_ledger'),
  };
}

/** Who is authorized may also maintain liabilities. */
function authorizationOf(fields: HorizonFields): Authorization {
  if (fields.flag('is_authorized')) return 'authorized';
  return fields.flag('is_authorized_to_maintain_liabilities') ? 'maintain_liabilities' : 'unauthorized';
}
