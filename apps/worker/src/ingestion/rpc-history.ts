import type { LatestLedger, LedgerSource, RawLedger } from '@stellar-insights/ledger/sources';
import type { Clock, Logger } from '@stellar-insights/lifecycle';

const WARN_EVERY_MS = 60_000;

export interface RpcHistoryOptions {
  /** Gets the ledgers that the RPC can still drop before it drops the one that is wanted next; NaN if that is not known. */
  readonly onLeft: (ledgers: number) => void;
  /** Whether a lake has what the RPC drops: then nothing is lost, and there is no warning. */
  readonly lake: boolean;
  readonly log: Logger;
  readonly clock: Clock;
}

/**
 * Passes a source on, and reports with each `latest` how much of the RPC's history is left before the ledger that is wanted
 * next falls out of it. Warns once a minute while that is less than a tenth of what the RPC keeps.
 */
export class RpcHistory implements LedgerSource {
  readonly #source: LedgerSource;
  readonly #options: RpcHistoryOptions;
  #next: number | undefined;
  #warnedAt = -Infinity;

  constructor(source: LedgerSource, options: RpcHistoryOptions) {
    this.#source = source;
    this.#options = options;
  }

  networkPassphrase(signal: AbortSignal): Promise<string> {
    return this.#source.networkPassphrase(signal);
  }

  async latest(signal: AbortSignal, near?: number): Promise<LatestLedger | null> {
    const latest = await this.#source.latest(signal, near);
    this.#report(latest);
    return latest;
  }

  async *ledgers(range: { from: number; to?: number }, signal: AbortSignal): AsyncGenerator<RawLedger> {
    this.#next = range.from;
    for await (const ledger of this.#source.ledgers(range, signal)) {
      this.#next = ledger.sequence + 1;
      yield ledger;
    }
  }

  #report(latest: LatestLedger | null): void {
    const { onLeft, lake, log, clock } = this.#options;
    const next = this.#next;
    const { sequence = 0, oldest, retention } = latest ?? {};
    if (oldest === undefined || next === undefined) {
      onLeft(Number.NaN);
      return;
    }
    const kept = sequence - oldest + 1;
    // A young RPC drops nothing before it has as many as it keeps.
    const limit = Math.max(retention ?? 0, kept);
    const left = next < oldest ? 0 : next - oldest + limit - kept;
    onLeft(left);
    // What is dropped already stops the follower, with an error of its own.
    if (lake || next < oldest || left >= limit / 10) return;
    if (clock.now() - this.#warnedAt < WARN_EVERY_MS) return;
    this.#warnedAt = clock.now();
    log.warn(
      { next, oldest, left },
      `${left} of the ${limit} ledgers that the RPC keeps are left before it drops ledger ${next}, which is not stored yet; ` +
        'set LEDGER_LAKE_URL to a data lake that has the dropped ones, or use an RPC that keeps more',
    );
  }
}
