import type { AssetStatistics } from '@stellar-insights/db/assets';
import type { Simnet } from '@stellar-insights/simnet';

type Counted = Pick<AssetStatistics, 'trustlines' | 'balances' | 'claimableBalances' | 'pools' | 'supply'>;

/** What the simulator's own entries say of each issued asset now. */
export function assetsOf({ network }: Pick<Simnet, 'network'>): Map<string, Counted> {
  const counts = new Map<string, ReturnType<typeof nothing>>();
  const of = (asset: { readonly id: string }) => {
    const known = counts.get(asset.id) ?? nothing();
    counts.set(asset.id, known);
    return known;
  };
  for (const entry of network.store.entries()) {
    if (entry.kind === 'trustline') {
      const held = of(entry.asset)[entry.authorized ? 'authorized' : 'unauthorized'];
      held.count += 1;
      held.amount += entry.balance;
    } else if (entry.kind === 'claimable_balance') {
      const held = of(entry.asset).claimableBalances;
      held.count += 1;
      held.amount += entry.amount;
    } else if (entry.kind === 'pool') {
      for (const [asset, amount] of [
        [entry.assetA, entry.reserveA],
        [entry.assetB, entry.reserveB],
      ] as const) {
        const held = of(asset).pools;
        held.count += 1;
        held.amount += amount;
      }
    }
  }
  counts.delete('native');
  return new Map(
    [...counts].map(([id, { authorized, unauthorized, claimableBalances, pools }]) => [
      id,
      {
        trustlines: {
          total: authorized.count + unauthorized.count,
          authorized: authorized.count,
          maintainLiabilities: 0,
          unauthorized: unauthorized.count,
        },
        balances: {
          authorized: authorized.amount,
          maintainLiabilities: 0n,
          unauthorized: unauthorized.amount,
        },
        claimableBalances,
        pools,
        supply: authorized.amount + unauthorized.amount + claimableBalances.amount + pools.amount,
      },
    ]),
  );
}

function nothing() {
  const none = () => ({ count: 0, amount: 0n });
  return { authorized: none(), unauthorized: none(), claimableBalances: none(), pools: none() };
}
