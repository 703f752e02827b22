import type { AccountId, AssetId, LedgerFacts, PoolId } from '@stellar-insights/ledger';
import type { PoolState } from '@stellar-insights/ledger/state';

export interface Named {
  readonly pools: ReadonlySet<PoolId>;
  /** Issued ones. */
  readonly assets: ReadonlySet<AssetId>;
  /** `ACCOUNT ASSET`. */
  readonly trustlines: ReadonlySet<string>;
}

/**
 * What operations that succeeded name, by the rules of the registry. A deposit or a withdrawal names the assets of its pool. A claim
 * names nothing: only the bytes of the balance say what it is of.
 */
export function namedBy(ledgers: readonly LedgerFacts[], known: readonly PoolState[] = []): Named {
  const pools = new Set<PoolId>();
  const trustlines = new Set<string>();
  const assets = new Set<AssetId>();
  const line = (account: AccountId, asset: AssetId | null) => {
    if (asset !== null && asset !== 'native' && !asset.endsWith(account))
      trustlines.add(`${account} ${asset}`);
  };
  for (const ledger of ledgers) {
    for (const { maker, soldAsset, boughtAsset } of ledger.trades) {
      if (maker.type === 'pool') pools.add(maker.pool);
      for (const asset of [soldAsset, boughtAsset]) {
        assets.add(asset);
        if (maker.type === 'offer') line(maker.seller, asset);
      }
    }
    for (const payment of ledger.payments.filter(succeeded)) {
      for (const asset of [payment.sourceAsset, payment.destAsset, ...payment.path]) assets.add(asset);
      line(payment.source, payment.sourceAsset);
      line(payment.destination, payment.destAsset);
    }
    for (const { pool, poolAssets, asset, trustor } of ledger.trustlineOperations.filter(succeeded)) {
      if (pool !== null) pools.add(pool);
      for (const each of [asset, ...(poolAssets ?? [])]) if (each !== null) assets.add(each);
      line(trustor, asset);
    }
    for (const { pool } of ledger.poolOperations.filter(succeeded)) {
      pools.add(pool);
      const { assetA, assetB } = known.find(({ id }) => id === pool) ?? {};
      for (const asset of [assetA, assetB]) if (asset !== undefined) assets.add(asset);
    }
    for (const { asset, from } of ledger.clawbacks.filter(succeeded)) {
      if (asset !== null) assets.add(asset);
      if (from !== null) line(from, asset);
    }
    for (const { asset, from, to } of ledger.contractTransfers.filter(succeeded)) {
      assets.add(asset);
      for (const address of [from, to]) {
        if (address?.startsWith('G') === true) line(address as AccountId, asset);
      }
    }
    for (const { asset, account } of ledger.claimableBalances.filter(succeeded)) {
      if (asset !== null) assets.add(asset);
      line(account, asset);
    }
  }
  assets.delete('native' as AssetId);
  return { pools, assets, trustlines };
}

function succeeded(operation: { readonly succeeded: boolean }): boolean {
  return operation.succeeded;
}
