import type { Database } from '@stellar-insights/db';
import { readCloseIntervals } from '@stellar-insights/db/ledgers';
import { SOURCE_BEHIND } from '@stellar-insights/db/tasks';
import type { LatestLedger, LedgerSource } from '@stellar-insights/ledger/sources';
import type { Clock } from '@stellar-insights/lifecycle';
import type { Log } from '@stellar-insights/runtime/log';
import type { TaskHealth } from '../health/task-health.ts';
import { judge, stallLimitMs, type Position, type Verdict } from './standstill.ts';

/** The first look: a run that fails at once asks nothing. */
const FIRST_LOOK_MS = 1000;
const LOOK_EVERY_MS = 3000;
const ANSWER_TIMEOUT_MS = 5000;
const LOG_EVERY_MS = 10_000;

export interface TipWatchOptions {
  readonly db: Database;
  readonly source: LedgerSource;
  /** What the follower wants next; undefined until it knows. */
  readonly position: () => Position | undefined;
  readonly health: TaskHealth;
  readonly log: Log;
  readonly clock: Clock;
}

/** What the source answered when it was asked for its newest ledger. */
type Answer =
  { readonly latest: LatestLedger | null } | { readonly latest: undefined; readonly fault: Error };

/**
 * Asks the source every 3 s for its newest ledger, as a follower that lags or waits does not know it, and reports to the task's
 * health what ingestion waits for and whether it stands still.
 */
export class TipWatch implements AsyncDisposable {
  readonly #options: TipWatchOptions;
  readonly #ended = new AbortController();
  readonly #watching: Promise<void>;
  readonly #begunAt: number;
  /** The newest ledger that the source has reported; 0 before the first answer. */
  #latest = 0;
  /** Whether the source answered the last look. */
  #answered = false;
  #risenAt: number;
  #timesBehind: number;
  #limitMs = stallLimitMs(undefined);
  #loggedAt = -Infinity;

  constructor(options: TipWatchOptions) {
    this.#options = options;
    this.#begunAt = this.#risenAt = options.clock.now();
    // The run before may have ended because the source is behind.
    this.#timesBehind = options.health.errorCode === SOURCE_BEHIND ? 1 : 0;
    this.#watching = this.#watch();
  }

  /** The newest ledger of the source by its last answer; 0 if it did not answer. */
  get latest(): number {
    return this.#answered ? this.#latest : 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ended;
    const { clock } = this.#options;
    await clock.sleep(FIRST_LOOK_MS, signal).catch(() => undefined);
    while (!signal.aborted) {
      await this.#look();
      await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { health, position: currentPosition } = this.#options;
    const position = currentPosition();
    const answer = await this.#ask(position);
    this.#limitMs = await this.#readLimit();
    if (this.#ended.signal.aborted) return;
    const latest = answer.latest && answer.latest.sequence;
    const behind = this.#note(latest, position);
    const verdict = judge({
      latest,
      ...('fault' in answer && { fault: answer.fault }),
      position,
      timesBehind: this.#timesBehind,
      progressAgeMs: health.progressAgeMs,
      followedMs: this.#since(this.#begunAt),
      risenAgeMs: this.#since(this.#risenAt),
      limitMs: this.#limitMs,
    });
    this.#logPlace(latest, position, verdict);
    const waitingFor = verdict.state === 'waits' ? verdict.for : null;
    // Until a source is known to be behind, its answer may be a slower server's.
    const tip = behind && verdict.state === 'works' ? null : (latest ?? null);
    await health.waits({ tip, waitingFor, recovered: verdict.state === 'waits' });
    if (verdict.state !== 'stands_still') return;
    if (verdict.certain || !health.hasFailed) await health.failed(verdict.error);
  }

  /** Asks for no longer than 5 s. */
  async #ask(position: Position | undefined): Promise<Answer> {
    const { clock, source } = this.#options;
    const asking = new AbortController();
    const cancel = clock.after(ANSWER_TIMEOUT_MS, () => asking.abort(new Error('nothing within 5 s')));
    try {
      const near = this.#latest || (position && position.next - 1);
      return { latest: await source.latest(AbortSignal.any([this.#ended.signal, asking.signal]), near) };
    } catch (error) {
      return { latest: undefined, fault: error instanceof Error ? error : new Error(String(error)) };
    } finally {
      cancel();
    }
  }

  /** Whether the source's newest ledger is below the last one stored. */
  #note(latest: number | null | undefined, position: Position | undefined): boolean {
    this.#answered = typeof latest === 'number';
    if (typeof latest !== 'number') return false;
    if (latest > this.#latest) this.#risenAt = this.#options.clock.now();
    this.#latest = latest;
    const behind = position?.stored === true && latest < position.next - 1;
    this.#timesBehind = behind ? this.#timesBehind + 1 : 0;
    return behind;
  }

  async #readLimit(): Promise<number> {
    try {
      return stallLimitMs((await this.#options.db.run(readCloseIntervals))?.meanMs);
    } catch {
      return this.#limitMs;
    }
  }

  #logPlace(latest: number | null | undefined, position: Position | undefined, verdict: Verdict): void {
    const { clock, log } = this.#options;
    if (typeof latest !== 'number' || position === undefined) return;
    if (this.#since(this.#loggedAt) < LOG_EVERY_MS) return;
    this.#loggedAt = clock.now();
    const { next, stored } = position;
    if (stored) {
      const ledger = next - 1;
      log.info({ ledger, tip: latest }, `stored up to ledger ${ledger}, the tip is at ${latest}`);
    } else if (verdict.state === 'waits') {
      log.info({ next, tip: latest }, `waits for ${verdict.for}; the tip is at ${latest}`);
    }
  }

  #since(time: number): number {
    return this.#options.clock.now() - time;
  }
}
