import type { Network } from '../../network.ts';
import { countAssets, type AssetCounts } from '../../truth/asset-truth.ts';
import type { HorizonRequest, HorizonSources } from './resource.ts';
import { page } from './page.ts';
import { amount, assetFields, flagFields } from './spelling.ts';

/** Every issued asset that somebody has a trustline for or that lies in a pool, a claimable balance or a contract. */
export function assets(request: HorizonRequest, { network }: HorizonSources): object {
  const code = request.query.get('asset_code');
  const issuer = request.query.get('asset_issuer');
  const rows = countAssets(network.store.entries())
    .map((counts) => ({ counts, fields: assetFields(counts.asset) }))
    .filter(({ fields }) => code === null || fields.asset_code === code)
    .filter(({ fields }) => issuer === null || fields.asset_issuer === issuer)
    .map(({ counts, fields }) => {
      const parts = [fields.asset_code, fields.asset_issuer, fields.asset_type];
      const token = parts.join('_');
      return { token, key: parts.join('\0'), record: () => assetRecord(counts, token, network) };
    });
  return page(request, rows, keyOf);
}

/** A cursor is `CODE_ISSUER_TYPE`, where the type has an underscore of its own. */
function keyOf(cursor: string): string | null {
  const match = /^([A-Za-z0-9]{1,12})_(G[A-Z2-7]{55})_(credit_alphanum(?:4|12))$/.exec(cursor);
  return match === null ? null : match.slice(1).join('\0');
}

function assetRecord(counts: AssetCounts, token: string, { store }: Network): object {
  const { asset, holders, claimableBalances, pools, contracts } = counts;
  const { authorized, maintainLiabilities, unauthorized } = holders;
  const issuer = store.account(asset.issuer.id);
  const domain = issuer?.homeDomain ?? '';
  return {
    _links: { toml: { href: domain === '' ? '' : `https://${domain}/.well-known/stellar.toml` } },
    ...assetFields(asset),
    paging_token: token,
    num_claimable_balances: claimableBalances.count,
    num_liquidity_pools: pools.count,
    num_contracts: contracts.count,
    accounts: {
      authorized: authorized.accounts,
      authorized_to_maintain_liabilities: maintainLiabilities.accounts,
      unauthorized: unauthorized.accounts,
    },
    claimable_balances_amount: amount(claimableBalances.amount),
    liquidity_pools_amount: amount(pools.amount),
    contracts_amount: amount(contracts.amount),
    balances: {
      authorized: amount(authorized.balance),
      authorized_to_maintain_liabilities: amount(maintainLiabilities.balance),
      unauthorized: amount(unauthorized.balance),
    },
    flags: flagFields(issuer?.flags),
  };
}
