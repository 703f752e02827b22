import type { Clock } from '../host/clock.ts';
import type { ReadinessReport } from '../report/report.ts';
import type { AnnounceContext } from '../resources/resource.ts';

/** The delay ends early once enough probes have seen the 503 and no connection came for this long. */
const QUIET_MS = 100;

export interface Readiness {
  /** True from `run()` to the first moment of the stop. */
  readonly ready: boolean;
  /** The answer of a readiness route: 200 if true, 503 if not. It counts as a probe, so ask once per request. */
  probe(): boolean;
}

/**
 * starting ── open() ──► ready ── close() ──► stopping; `close` also leads from starting to stopping.
 * While stopping, `delay` waits until the load balancers have noticed, and no longer than necessary.
 */
export class ReadinessGate implements Readiness, AnnounceContext {
  ready = false;
  readonly #clock: Clock;
  #stopping = false;
  #probes = 0;
  #connections = 0;
  #lastConnection = -Infinity;
  #connectionBefore = -Infinity;
  #onProbe = (): void => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(): void {
    this.ready = true;
  }

  close(): void {
    this.ready = false;
    this.#stopping = true;
  }

  probe(): boolean {
    if (this.#stopping) {
      this.#probes += 1;
      // A probe usually comes on a connection of its own, which is no client.
      this.#lastConnection = this.#connectionBefore;
      this.#onProbe();
    }
    return this.ready;
  }

  connectionAccepted(): void {
    this.#connections += 1;
    this.#connectionBefore = this.#lastConnection;
    this.#lastConnection = this.#clock.now();
  }

  /** Ends after `plannedMs`, early once `enough` probes came and it is quiet, or when `forced` aborts. */
  async delay(plannedMs: number, enough: number, forced: AbortSignal): Promise<ReadinessReport> {
    const clock = this.#clock;
    const began = clock.now();
    const over = Promise.withResolvers<ReadinessReport['outcome']>();
    if (plannedMs === 0 || forced.aborted) over.resolve('skipped');
    const cancelFull = clock.after(plannedMs, () => over.resolve('full'));
    let cancelQuiet = (): void => undefined;
    const endWhenQuiet = (since: number): void => {
      const left = Math.max(since, this.#lastConnection) + QUIET_MS - clock.now();
      cancelQuiet();
      if (left <= 0) over.resolve('quiet');
      else cancelQuiet = clock.after(left, () => endWhenQuiet(since));
    };
    this.#onProbe = () => {
      if (this.#probes === enough) endWhenQuiet(clock.now());
    };
    const cut = (): void => over.resolve('cut');
    forced.addEventListener('abort', cut, { once: true });

    const outcome = await over.promise;
    this.#onProbe = () => undefined;
    cancelFull();
    cancelQuiet();
    forced.removeEventListener('abort', cut);
    const usedMs = Math.round(clock.now() - began);
    const [probes, connections] = [this.#probes, this.#connections];
    return { outcome, plannedMs: Math.round(plannedMs), usedMs, probes, connections };
  }
}
