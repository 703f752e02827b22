import { countOpenIncidents } from '@stellar-insights/db/corridor-states';
import { readCursor } from '@stellar-insights/db/ledgers';
import { ProgressMetrics } from '@stellar-insights/db/metrics';
import type { StorageLimits } from '@stellar-insights/db/storage';
import { reportedTip } from '@stellar-insights/db/tasks';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { DECODE_OUTCOMES, type DecodeOutcome } from '@stellar-insights/ledger/sources';
import { createMetrics } from '@stellar-insights/runtime/metrics';
import type { CorridorEvent } from '@stellar-insights/wire';
import { Counter, Gauge, type Registry } from 'prom-client';
import { StorageMetrics } from './storage-metrics.ts';
import { AnchorMetrics } from '../anchors/anchor-metrics.ts';
import { BackfillMetrics } from '../backfill/backfill-metrics.ts';
import type { DecodeCounts } from '../backfill/thread-messages.ts';
import { ExportMetrics } from '../export/export-metrics.ts';
import { StateMetrics } from '../network-state/state-metrics.ts';
import { PoolMetrics } from '../pools/pool-metrics.ts';
import { TrustlineMetrics } from '../trustlines/trustline-metrics.ts';
import { WebhookMetrics } from '../webhooks/webhook-metrics.ts';
import type { WorkerHealth } from './worker-health.ts';

/** What `/metrics` reports. The progress of ingestion comes from the database, so that all workers report the same. */
export class WorkerMetrics {
  readonly registry: Registry = createMetrics('worker');
  readonly #health: Pick<WorkerHealth, 'db' | 'tasks'>;
  readonly #own = { registers: [this.registry] };
  readonly #jobs = new Counter({
    name: 'insights_jobs_total',
    help: 'Jobs that ended in this process, by queue and outcome (completed, failed).',
    labelNames: ['queue', 'outcome'],
    ...this.#own,
  });
  readonly #ledgers = new Counter({
    name: 'insights_ledgers_stored_total',
    help: 'Ledgers that this process stored. Its rate is the rate of ingestion.',
    ...this.#own,
  });
  readonly #decoded = new Counter({
    name: 'insights_ledgers_decoded_total',
    help: 'Ledgers that this process decoded, by outcome: read by the fast reader, compared with the SDK and equal, different, refused by the reader and decoded by the SDK, decoded by the SDK alone.',
    labelNames: ['outcome'],
    ...this.#own,
  });
  readonly #contractTransfers = new Counter({
    name: 'insights_contract_transfers_stored_total',
    help: 'Transfers by the contracts of assets that this process stored, by whether the hash of their ledger covers them.',
    labelNames: ['hashed'],
    ...this.#own,
  });
  readonly #corridorEvents = new Counter({
    name: 'insights_corridor_events_total',
    help: 'Events about corridors that this process has put into the event log, by kind.',
    labelNames: ['event'],
    ...this.#own,
  });
  readonly #degraded = this.#gauge(
    'insights_corridors_degraded',
    'Corridors that are degraded now; NaN if it is not known.',
  );
  readonly #rpcHistoryLeft = this.#gauge(
    'insights_rpc_history_left_ledgers',
    'Ledgers that the RPC can still drop before it drops the next one to store; NaN if this process follows no RPC.',
  );
  readonly #cursor = this.#gauge('insights_ledger_cursor', 'The last ledger stored.');
  readonly #tip = this.#gauge(
    'insights_ledger_tip',
    'The newest ledger that the source reports now; NaN if it is not known.',
  );
  readonly #lagLedgers = this.#gauge(
    'insights_ledger_lag_ledgers',
    'Ledgers between the last one stored and the tip; NaN if it is not known.',
  );
  readonly #progress = new ProgressMetrics(this.registry);
  readonly pools = new PoolMetrics(this.registry);
  readonly trustlines = new TrustlineMetrics(this.registry);
  readonly webhooks = new WebhookMetrics(this.registry);
  readonly anchors = new AnchorMetrics(this.registry);
  readonly state = new StateMetrics(this.registry);
  readonly backfill = new BackfillMetrics(this.registry);
  readonly exports = new ExportMetrics(this.registry);
  readonly #storage: StorageMetrics;

  constructor(health: Pick<WorkerHealth, 'db' | 'tasks'>, limits: StorageLimits) {
    this.#health = health;
    this.#storage = new StorageMetrics(this.registry, limits);
    this.#rpcHistoryLeft.set(Number.NaN);
    // An alert cannot see the first increase of a counter that was not there before.
    for (const outcome of DECODE_OUTCOMES) this.#decoded.inc({ outcome }, 0);
  }

  jobEnded(queue: string, outcome: 'completed' | 'failed'): void {
    this.#jobs.inc({ queue, outcome });
  }

  ledgerStored({ contractTransfers }: Pick<LedgerFacts, 'contractTransfers'>): void {
    this.#ledgers.inc();
    for (const { isHashed } of contractTransfers) this.#contractTransfers.inc({ hashed: `${isHashed}` });
  }

  ledgerDecoded(outcome: DecodeOutcome): void {
    this.#decoded.inc({ outcome });
  }

  /** In other threads. */
  ledgersDecoded(counts: DecodeCounts): void {
    for (const [outcome, count] of Object.entries(counts)) this.#decoded.inc({ outcome }, count);
  }

  corridorsPublished(events: readonly CorridorEvent[]): void {
    for (const { event } of events) this.#corridorEvents.inc({ event });
  }

  /** NaN if it is not known. */
  rpcHistoryLeft(ledgers: number): void {
    this.#rpcHistoryLeft.set(ledgers);
  }

  /** In Prometheus' text format. If the database does not answer, only the cursor keeps its last value. */
  async text(): Promise<string> {
    const { db, tasks } = this.#health;
    const storage = this.#storage.update(db);
    const webhooks = this.webhooks.update(db);
    const anchors = this.anchors.update(db);
    const backfill = this.backfill.update(db);
    const [recorded, cursor, degraded] = await Promise.all([
      this.#progress.update(db),
      db && readCursor(db),
      db && countOpenIncidents(db),
    ]).catch(() => [[], null, undefined] as const);
    this.#degraded.set(degraded ?? Number.NaN);
    await Promise.all([storage, webhooks, anchors, backfill]);
    if (cursor) this.#cursor.set(cursor.sequence);
    const follower = recorded.find(({ task }) => task === 'ledger-ingest');
    const { tip, lagLedgers } = reportedTip(follower, cursor?.sequence ?? null);
    this.#tip.set(tip ?? Number.NaN);
    this.#lagLedgers.set(lagLedgers ?? Number.NaN);
    for (const { task, errorCode } of tasks) {
      if (errorCode !== undefined) this.#progress.stoppedBy(task, errorCode);
    }
    return await this.registry.metrics();
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, ...this.#own });
  }
}
