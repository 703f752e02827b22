import { ANCHOR_STATUSES } from '@stellar-insights/analytics';
import type { Database } from '@stellar-insights/db';
import { countAnchorsByStatus } from '@stellar-insights/db/anchors';
import type { AnchorEvent } from '@stellar-insights/wire';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { AnchorSync } from './sync-anchors.ts';

/** The metrics of anchors. Their numbers come from the database, so that all workers report the same. */
export class AnchorMetrics {
  readonly #files: Counter;
  readonly #issuers: Counter;
  readonly #events: Counter;
  readonly #anchors: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#files = new Counter({
      name: 'insights_anchor_files_total',
      help: 'Requests of this process for a stellar.toml, by what came of them (read, or the code of the failure).',
      labelNames: ['outcome'],
      registers,
    });
    this.#issuers = new Counter({
      name: 'insights_anchor_issuers_read_total',
      help: 'Issuers whose home domain this process has read.',
      registers,
    });
    this.#events = new Counter({
      name: 'insights_anchor_status_changes_total',
      help: 'Changes of status of anchors that this process has put into the event log, by the new status.',
      labelNames: ['status'],
      registers,
    });
    this.#anchors = new Gauge({
      name: 'insights_anchors',
      help: 'Anchors by status; NaN if it is not known.',
      labelNames: ['status'],
      registers,
    });
  }

  synced({ issuers, files, publication }: AnchorSync): void {
    this.#issuers.inc(issuers.length);
    for (const { failure } of files) this.#files.inc({ outcome: failure ?? 'read' });
    for (const { data } of publication?.events ?? ([] as AnchorEvent[])) {
      this.#events.inc({ status: data.status });
    }
  }

  async update(db: Database | undefined): Promise<void> {
    const counts = await (db && countAnchorsByStatus(db))?.catch(() => undefined);
    for (const status of ANCHOR_STATUSES) {
      this.#anchors.set({ status }, counts === undefined ? Number.NaN : (counts.get(status) ?? 0));
    }
  }
}
