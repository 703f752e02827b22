import { once } from 'node:events';
import type { Database } from '@stellar-insights/db';
import { readDatabaseIdentity } from '@stellar-insights/db/identity';
import { readHead, renewEpochIfBehind } from '@stellar-insights/db/log';
import type { Clock } from '@stellar-insights/lifecycle';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';
import { cacheRedis } from '@stellar-insights/runtime/redis';
import { within } from '@stellar-insights/runtime/time';
import { Redis } from 'ioredis';

const REDIS_MS = 1000;

export interface HandedOutOptions {
  readonly db: Database;
  readonly redisUrl: string;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * The hint `log:handed-out`: the highest id of the event log that was given under each epoch. It is kept in Redis, so that a
 * database restored from a backup is noticed: its log ends before an id that was given already. Then the epoch is renewed, and
 * no id is given twice under one. If the hint is lost, only this notice is.
 */
export class HandedOut implements Disposable {
  /** In the report of a stop. */
  readonly name = 'handed-out ids';
  readonly #redis: Redis;
  readonly #options: HandedOutOptions;
  #busy = false;
  #again = false;

  constructor(options: HandedOutOptions) {
    const { redisUrl, log, clock } = options;
    this.#options = options;
    this.#redis = new Redis(redisUrl, cacheRedis('insights-handed-out'));
    const effect = 'a restored database is not noticed';
    const reminder = new ErrorReminder(log, { service: 'redis', effect }, clock);
    this.#redis.on('error', (error: Error) => reminder.occurred(error));
    this.#redis.on('ready', () => reminder.over());
  }

  /** Ids were given. Returns at once; calls while one is at work are one. */
  given(): void {
    this.#again = true;
    if (!this.#busy) void this.#compareAgain();
  }

  /**
   * Compares the log with the hint, renews the epoch if the log is behind, and updates the hint. Without Redis it does nothing.
   *
   * @throws DatabaseUnavailableError
   */
  async compare(): Promise<void> {
    const { db, log } = this.#options;
    const [identity, head] = await Promise.all([readDatabaseIdentity(db), readHead(db)]);
    const key = `{insights-${identity}}:log:handed-out`;
    await this.#connected();
    const score = await this.#answer(this.#redis.zscore(key, head.epoch));
    if (score === undefined) return;
    const id = score === null ? 0n : BigInt(score);
    // Another process may have given ids meanwhile: the database decides.
    const renewed = id > head.lastId && (await renewEpochIfBehind(db, { epoch: head.epoch, id }));
    if (renewed) {
      log.warn(
        { epoch: renewed, before: head.epoch, lastId: head.lastId.toString(), handedOut: id.toString() },
        `the event log ends at ${head.lastId}, but ids up to ${id} were given: the database is an older state, so its epoch was renewed`,
      );
    }
    await this.#answer(this.#redis.zadd(key, 'GT', String(head.lastId), renewed || head.epoch));
  }

  /** At once: a frozen Redis would keep the process from stopping, and the hint may be lost. */
  [Symbol.dispose](): void {
    this.#redis.disconnect();
  }

  async #compareAgain(): Promise<void> {
    this.#busy = true;
    while (this.#again) {
      this.#again = false;
      // The next ledger is another occasion.
      await this.compare().catch(() => undefined);
    }
    this.#busy = false;
  }

  /** At the start of the process the connection may still be opening. */
  async #connected(): Promise<void> {
    if (this.#redis.status === 'ready') return;
    const waited = new AbortController();
    const ready = once(this.#redis, 'ready', { signal: waited.signal }).catch(() => undefined);
    await within(REDIS_MS, ready, this.#options.clock);
    waited.abort();
  }

  /** Undefined if Redis does not answer in time. */
  async #answer<T>(command: Promise<T>): Promise<T | undefined> {
    const settled = command.catch(() => undefined);
    return (await within(REDIS_MS, settled, this.#options.clock)) ? await settled : undefined;
  }
}
