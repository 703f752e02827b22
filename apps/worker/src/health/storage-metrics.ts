import type { Database } from '@stellar-insights/db';
import { readStorageUse, storageDaysLeft, type StorageLimits } from '@stellar-insights/db/storage';
import { systemClock, type Clock } from '@stellar-insights/lifecycle';
import { Gauge, type Registry } from 'prom-client';

/** Sizes change slowly, and the server looks at every file to know them. */
const REFRESH_MS = 60_000;

/** The gauges of how much is stored. They are read again once a minute, and are NaN until the database has answered. */
export class StorageMetrics {
  readonly #limits: StorageLimits;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #tables: Gauge<'table'>;
  readonly #database: Gauge;
  readonly #growth: Gauge;
  readonly #limit: Gauge;
  readonly #daysLeft: Gauge;
  #readAt = -Infinity;

  constructor(registry: Registry, limits: StorageLimits, clock: Pick<Clock, 'now'> = systemClock) {
    this.#limits = limits;
    this.#clock = clock;
    const registers = [registry];
    this.#tables = new Gauge({
      name: 'insights_storage_table_bytes',
      help: 'Bytes of each table with its indexes; its partitions are summed up.',
      labelNames: ['table'],
      registers,
    });
    this.#database = new Gauge({
      name: 'insights_storage_bytes',
      help: 'Bytes of the whole database.',
      registers,
    });
    this.#growth = new Gauge({
      name: 'insights_storage_growth_bytes_per_day',
      help: 'Bytes by which the database grows with each day of ledgers, before retention; NaN if it is not known.',
      registers,
    });
    this.#limit = new Gauge({
      name: 'insights_storage_limit_bytes',
      help: 'How large the database may become (STORAGE_LIMIT_GB); NaN if there is no limit.',
      registers,
    });
    this.#daysLeft = new Gauge({
      name: 'insights_storage_days_left',
      help: 'Days until the database is as large as the limit; NaN if there is no limit, or if it is not known or never.',
      registers,
    });
    this.#limit.set(limits.limitBytes ?? Number.NaN);
    this.#database.set(Number.NaN);
    this.#growth.set(Number.NaN);
    this.#daysLeft.set(Number.NaN);
  }

  async update(db: Database | undefined): Promise<void> {
    const now = this.#clock.now();
    if (db === undefined || now - this.#readAt < REFRESH_MS) return;
    this.#readAt = now;
    const use = await readStorageUse(db).catch(() => undefined);
    if (use === undefined) return;
    this.#tables.reset();
    for (const { table, bytes } of use.tables) this.#tables.set({ table }, bytes);
    this.#database.set(use.databaseBytes);
    this.#growth.set(use.growth === null ? Number.NaN : use.growth.expiring + use.growth.lasting);
    this.#daysLeft.set(storageDaysLeft(use, this.#limits) ?? Number.NaN);
  }
}
