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
      const held = of(entry.asset)[entry.authorization];
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
    [...counts].map(([id, { claimableBalances, pools, ...held }]) => {
      const { authorized, maintain_liabilities: maintaining, unauthorized } = held;
      const lines = [authorized, maintaining, unauthorized];
      return [
        id,
        {
          trustlines: {
            total: lines.reduce((sum, { count }) => sum + count, 0),
            authorized: authorized.count,
            maintainLiabilities: maintaining.count,
            unauthorized: unauthorized.count,
          },
          balances: {
            authorized: authorized.amount,
            maintainLiabilities: maintaining.amount,
            unauthorized: unauthorized.amount,
          },
          claimableBalances,
          pools,
          supply: [...lines, claimableBalances, pools].reduce((sum, { amount }) => sum + amount, 0n),
        },
      ];
    }),
  );
}

function nothing() {
  const none = () => ({ count: 0, amount: 0n });
  const held = { authorized: none(), maintain_liabilities: none(), unauthorized: none() };
  return { ...held, claimableBalances: none(), pools: none() };
}
