import { setTimeout as sleep } from 'node:timers/promises';
import { ledgerClosed } from '@stellar-insights/contract/events';
import { transaction, type Database } from '@stellar-insights/db';
import { appendEvents } from '@stellar-insights/db/log';

const MOST_AT_ONCE = 5;

/** Appends events to the log at a steady rate, a few per transaction. Postgres may be away. */
export class LogWriter implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #sequence = 1;

  constructor(db: Database, perSecond: number) {
    this.#running = this.#run(db, perSecond);
  }

  /** Resolves once nothing is appended any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(db: Database, perSecond: number): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const count = (this.#sequence % MOST_AT_ONCE) + 1;
      const events = Array.from({ length: count }, () => this.#event());
      // Whether an append took place that failed is for the log to say.
      await transaction(db, (tx) => appendEvents(tx, events)).catch(() => undefined);
      await sleep((count * 1000) / perSecond, undefined, { signal }).catch(() => undefined);
    }
  }

  #event() {
    const hash = String(this.#sequence).padStart(64, '0');
    return ledgerClosed.create({
      sequence: this.#sequence++,
      hash,
      previous_hash: hash,
      closed_at: '2030-01-01T00:00:00.000Z',
      protocol_version: 23,
      transactions: { succeeded: 1, failed: 0 },
      operations: 1,
      payments: { succeeded: 1, failed: 0 },
    });
  }
}
