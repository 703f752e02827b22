import { Counter, type Registry } from 'prom-client';
import type { SyncedRound } from './sync-assets.ts';

/** The metrics of trustline-sync. */
export class TrustlineMetrics {
  readonly #assets: Counter;
  readonly #trustlines: Counter;
  readonly #crawls: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#assets = new Counter({
      name: 'insights_assets_read_total',
      help: 'Assets of which this process has read and stored what the state of the network says.',
      registers,
    });
    this.#trustlines = new Counter({
      name: 'insights_trustlines_read_total',
      help: 'Trustlines that this process has read by name, where the source cannot enumerate holders.',
      registers,
    });
    this.#crawls = new Counter({
      name: 'insights_asset_crawls_total',
      help: 'Readings of all assets that this process has brought to their end.',
      registers,
    });
  }

  synced({ assets, trustlines, endsCrawl }: SyncedRound): void {
    this.#assets.inc(assets);
    this.#trustlines.inc(trustlines);
    if (endsCrawl) this.#crawls.inc();
  }
}
