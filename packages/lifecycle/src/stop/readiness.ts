import type { Clock } from '../host/clock.ts';
import type { ReadinessReport } from '../report/report.ts';
import type { AnnounceContext } from '../resources/resource.ts';

/** How long no connection has to come, after enough probes have seen the 503, for the delay to end early. */
const QUIET_MS = 100;

export interface Readiness {
  /** True from `run()` to the first moment of the stop. */
  readonly ready: boolean;
  /** What a readiness route answers with: 200 if true, 503 if not. Counts as a probe, so ask once per request. */
  probe(): boolean;
}

/**
 * starting ── open() ──► ready ── close() ──► stopping; `close` also leads from starting to stopping.
 * While stopping, `delay` waits until the load balancers have seen it, and no longer than it must.
 */
export class ReadinessGate implements Readiness, AnnounceContext {
  readonly #clock: Clock;
  #state: 'starting' | 'ready' | 'stopping' = 'starting';
  #probes = 0;
  #connections = 0;
  #lastConnection = -Infinity;
  #connectionBefore = -Infinity;
  #changed = (): void => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get ready(): boolean {
    return this.#state === 'ready';
  }

  open(): void {
    this.#state = 'ready';
  }

  close(): void {
    this.#state = 'stopping';
  }

  probe(): boolean {
    if (this.#state === 'stopping') {
      this.#probes += 1;
      // A probe usually comes on a connection of its own, which is nobody looking for service.
      this.#lastConnection = this.#connectionBefore;
      this.#changed();
    }
    return this.ready;
  }

  connectionAccepted(): void {
    this.#connections += 1;
    this.#connectionBefore = this.#lastConnection;
    this.#lastConnection = this.#clock.now();
  }

  async delay(plannedMs: number, enough: number, halt: AbortSignal): Promise<ReadinessReport> {
    const began = this.#clock.now();
    const outcome = plannedMs > 0 && !halt.aborted ? await this.#wait(plannedMs, enough, halt) : 'skipped';
    this.#changed = () => undefined;
    const usedMs = Math.round(this.#clock.now() - began);
    return {
      outcome,
      plannedMs: Math.round(plannedMs),
      usedMs,
      probes: this.#probes,
      connections: this.#connections,
    };
  }

  #wait(plannedMs: number, enough: number, halt: AbortSignal): Promise<'quiet' | 'full' | 'cut'> {
    return new Promise((resolve) => {
      let cancelQuiet = (): void => undefined;
      const cancelFull = this.#clock.after(plannedMs, () => end('full'));
      const halted = (): void => end('cut');
      const end = (outcome: 'quiet' | 'full' | 'cut'): void => {
        cancelFull();
        cancelQuiet();
        halt.removeEventListener('abort', halted);
        resolve(outcome);
      };
      const whenQuiet = (since: number): void => {
        cancelQuiet();
        const quietFrom = Math.max(since, this.#lastConnection);
        const left = quietFrom + QUIET_MS - this.#clock.now();
        if (left <= 0) end('quiet');
        else cancelQuiet = this.#clock.after(left, () => whenQuiet(since));
      };
      this.#changed = () => {
        if (this.#probes === enough) whenQuiet(this.#clock.now());
      };
      halt.addEventListener('abort', halted, { once: true });
    });
  }
}
