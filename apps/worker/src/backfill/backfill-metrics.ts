import type { Database } from '@stellar-insights/db';
import { listRunningBackfills } from '@stellar-insights/db/backfill';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Loaded } from './chunk.ts';

/** The metrics of backfills. What is left comes from the database, so that all workers report the same. */
export class BackfillMetrics {
  readonly #ledgers: Counter;
  readonly #transactions: Counter;
  readonly #running: Gauge;
  readonly #left: Gauge;
  readonly #failing: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#ledgers = new Counter({
      name: 'insights_backfill_ledgers_loaded_total',
      help: 'Older ledgers that this process has loaded.',
      registers,
    });
    this.#transactions = new Counter({
      name: 'insights_backfill_transactions_loaded_total',
      help: 'Transactions of older ledgers that this process has loaded.',
      registers,
    });
    this.#running = new Gauge({
      name: 'insights_backfills_running',
      help: 'Backfills that are not done; NaN if it is not known.',
      registers,
    });
    this.#left = new Gauge({
      name: 'insights_backfill_ledgers_left',
      help: 'Ledgers of the backfills that run which are not visible yet; NaN if it is not known.',
      registers,
    });
    this.#failing = new Gauge({
      name: 'insights_backfills_failing',
      help: 'Backfills that run and whose last attempt failed; NaN if it is not known.',
      registers,
    });
  }

  loaded({ ledgers, transactions }: Loaded): void {
    this.#ledgers.inc(ledgers);
    this.#transactions.inc(transactions);
  }

  async update(db: Database | undefined): Promise<void> {
    const running = await (db && listRunningBackfills(db))?.catch(() => undefined);
    const left = running?.map(({ ledgers, visibleLedgers }) => ledgers - visibleLedgers);
    this.#running.set(running?.length ?? Number.NaN);
    this.#left.set(left?.reduce((sum, ledgers) => sum + ledgers, 0) ?? Number.NaN);
    this.#failing.set(running?.filter(({ error }) => error !== null).length ?? Number.NaN);
  }
}
