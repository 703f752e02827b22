import type { Network } from '../../network.ts';
import { isCredit, type Asset, type CreditAsset } from '../../state/asset.ts';
import type { HorizonRequest, HorizonSources } from './resource.ts';
import { page } from './page.ts';
import { amount, assetFields, flagFields } from './spelling.ts';

/** Who holds how much of an asset, in stroops. */
interface AssetStatistics {
  readonly asset: CreditAsset;
  readonly authorized: AssetTotals;
  readonly unauthorized: AssetTotals;
  readonly claimableBalances: AssetTotals;
  readonly pools: AssetTotals;
}

interface AssetTotals {
  count: number;
  amount: bigint;
}

/** Every issued asset that somebody has a trustline for or that lies in a pool or a claimable balance. */
export function assets(request: HorizonRequest, { network }: HorizonSources): object {
  const code = request.query.get('asset_code');
  const issuer = request.query.get('asset_issuer');
  const rows = statisticsOf(network)
    .map((statistics) => ({ statistics, fields: assetFields(statistics.asset) }))
    .filter(({ fields }) => code === null || fields.asset_code === code)
    .filter(({ fields }) => issuer === null || fields.asset_issuer === issuer)
    .map(({ statistics, fields }) => {
      const parts = [fields.asset_code, fields.asset_issuer, fields.asset_type];
      const token = parts.join('_');
      return { token, key: parts.join('\0'), record: () => assetRecord(statistics, token, network) };
    });
  return page(request, rows, keyOf);
}

/** A cursor is `CODE_ISSUER_TYPE`, where the type has an underscore of its own. */
function keyOf(cursor: string): string | null {
  const match = /^([A-Za-z0-9]{1,12})_(G[A-Z2-7]{55})_(credit_alphanum(?:4|12))$/.exec(cursor);
  return match === null ? null : match.slice(1).join('\0');
}

function statisticsOf({ store }: Network): AssetStatistics[] {
  const byAsset = new Map<string, AssetStatistics>();
  const add = (asset: Asset, kind: Exclude<keyof AssetStatistics, 'asset'>, stroops: bigint) => {
    if (!isCredit(asset)) return;
    const statistics = byAsset.get(asset.id) ?? nothingOf(asset);
    byAsset.set(asset.id, statistics);
    statistics[kind].count += 1;
    statistics[kind].amount += stroops;
  };
  for (const entry of store.entries()) {
    if (entry.kind === 'trustline') {
      add(entry.asset, entry.authorized ? 'authorized' : 'unauthorized', entry.balance);
    } else if (entry.kind === 'claimable_balance') {
      add(entry.asset, 'claimableBalances', entry.amount);
    } else if (entry.kind === 'pool') {
      add(entry.assetA, 'pools', entry.reserveA);
      add(entry.assetB, 'pools', entry.reserveB);
    }
  }
  return [...byAsset.values()];
}

function nothingOf(asset: CreditAsset): AssetStatistics {
  const none = (): AssetTotals => ({ count: 0, amount: 0n });
  return { asset, authorized: none(), unauthorized: none(), claimableBalances: none(), pools: none() };
}

/** Nobody here may only maintain liabilities, and no contract holds anything. */
function assetRecord(statistics: AssetStatistics, token: string, { store }: Network): object {
  const { asset, authorized, unauthorized, claimableBalances, pools } = statistics;
  const issuer = store.account(asset.issuer.id);
  const domain = issuer?.homeDomain ?? '';
  return {
    _links: { toml: { href: domain === '' ? '' : `https://${domain}/.well-known/stellar.toml` } },
    ...assetFields(asset),
    paging_token: token,
    num_claimable_balances: claimableBalances.count,
    num_liquidity_pools: pools.count,
    num_contracts: 0,
    accounts: {
      authorized: authorized.count,
      authorized_to_maintain_liabilities: 0,
      unauthorized: unauthorized.count,
    },
    claimable_balances_amount: amount(claimableBalances.amount),
    liquidity_pools_amount: amount(pools.amount),
    contracts_amount: amount(0n),
    balances: {
      authorized: amount(authorized.amount),
      authorized_to_maintain_liabilities: amount(0n),
      unauthorized: amount(unauthorized.amount),
    },
    flags: flagFields(issuer?.flags),
  };
}
