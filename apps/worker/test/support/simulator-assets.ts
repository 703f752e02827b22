import type { AssetStatistics } from '@stellar-insights/db/assets';
import type { StateTruth } from '@stellar-insights/simnet';

type Truth = Omit<AssetStatistics, 'asset' | 'readAt' | 'ledger' | 'change24h' | 'change7d'>;

/** What is true of each issued asset after a ledger, by its name, in order of their names. */
export function assetsOf({ assets }: StateTruth): Map<string, Truth> {
  return new Map(
    assets.map(({ asset, flags, holders, claimableBalances, pools, contracts }) => {
      if (holders === null || claimableBalances === null || pools === null || contracts === null) {
        throw new TypeError(`found no holders of ${asset}, expected the truth`);
      }
      const { authorized, maintainLiabilities, unauthorized } = holders;
      const lines = [authorized, maintainLiabilities, unauthorized];
      return [
        asset,
        {
          flags,
          trustlines: {
            total: lines.reduce((sum, { accounts }) => sum + accounts, 0),
            authorized: authorized.accounts,
            maintainLiabilities: maintainLiabilities.accounts,
            unauthorized: unauthorized.accounts,
          },
          balances: {
            authorized: authorized.balance,
            maintainLiabilities: maintainLiabilities.balance,
            unauthorized: unauthorized.balance,
          },
          claimableBalances,
          pools,
          contracts,
          supply:
            lines.reduce((sum, { balance }) => sum + balance, 0n) +
            claimableBalances.amount +
            pools.amount +
            contracts.amount,
        },
      ];
    }),
  );
}
