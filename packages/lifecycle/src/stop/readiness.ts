import type { Clock } from '../host/clock.ts';
import type { ReadinessReport } from '../report/report.ts';
import type { AnnounceContext } from '../resources/resource.ts';

/** The delay ends early once every prober has seen enough and no connection came for this long. */
const QUIET_MS = 100;
/** Who has probed within this time before the stop is expected to probe again. */
const PROBER_MS = 30_000;
const UNNAMED = 'unnamed';
/** The report names so many probers: their number is up to others. */
const REPORTED_PROBERS = 20;

export interface Readiness {
  /** True from `run()` to the first moment of the stop. */
  readonly ready: boolean;
  /**
   * The answer of a readiness route: 200 if true, 503 if not. It counts as a probe, so ask once per request. `peer` tells the
   * probers apart, usually by the address of the peer; all those without one count as one.
   */
  probe(peer?: string): boolean;
}

interface Prober {
  /** When its last probe came, by the clock. */
  readonly at: number;
  /** How many of its probes have seen the 503 of the stop. */
  readonly seen: number;
}

/** When a readiness delay may end early. */
interface EarlyEnd {
  /** How many probes of each prober have to see the 503. */
  readonly probes: number;
  readonly minimumMs: number;
}

/**
 * starting ── open() ──► ready ── close() ──► stopping; `close` also leads from starting to stopping.
 * While stopping, `delay` waits until each load balancer has noticed, and no longer than necessary. Which these are is known
 * from their probes: everybody who probed shortly before the stop, or has since.
 */
export class ReadinessGate implements Readiness, AnnounceContext {
  ready = false;
  readonly #clock: Clock;
  #stopping = false;
  /** By name; the one that has not probed for the longest time comes first. */
  readonly #probers = new Map<string, Prober>();
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
    this.#forgetProbers();
  }

  probe(peer = UNNAMED): boolean {
    const seen = this.#stopping ? (this.#probers.get(peer)?.seen ?? 0) + 1 : 0;
    this.#probers.delete(peer);
    this.#probers.set(peer, { at: this.#clock.now(), seen });
    if (!this.#stopping) this.#forgetProbers();
    else {
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

  /** Ends after `plannedMs`; early once every prober has seen enough and it is quiet; or when `forced` aborts. */
  async delay(plannedMs: number, early: EarlyEnd, forced: AbortSignal): Promise<ReadinessReport> {
    const clock = this.#clock;
    const began = clock.now();
    const over = Promise.withResolvers<ReadinessReport['outcome']>();
    if (plannedMs === 0 || forced.aborted) over.resolve('skipped');
    const cancelFull = clock.after(plannedMs, () => over.resolve('full'));
    let cancelQuiet = (): void => undefined;
    const endWhenQuiet = (since: number): void => {
      const quietAt = Math.max(since, this.#lastConnection) + QUIET_MS;
      const left = Math.max(quietAt, began + early.minimumMs) - clock.now();
      cancelQuiet();
      if (left <= 0) over.resolve('quiet');
      else cancelQuiet = clock.after(left, () => endWhenQuiet(since));
    };
    let enoughSince: number | undefined;
    this.#onProbe = () => {
      const isEnough = [...this.#probers.values()].every(({ seen }) => seen >= early.probes);
      enoughSince = isEnough ? (enoughSince ?? clock.now()) : undefined;
      if (enoughSince === undefined) cancelQuiet();
      else endWhenQuiet(enoughSince);
    };
    const cut = (): void => over.resolve('cut');
    forced.addEventListener('abort', cut, { once: true });

    const outcome = await over.promise;
    this.#onProbe = () => undefined;
    cancelFull();
    cancelQuiet();
    forced.removeEventListener('abort', cut);
    const usedMs = Math.round(clock.now() - began);
    const named = [...this.#probers].slice(0, REPORTED_PROBERS).map(([name, { seen }]) => [name, seen]);
    return {
      outcome,
      plannedMs: Math.round(plannedMs),
      usedMs,
      probes: this.#probes,
      probers: Object.fromEntries(named) as Record<string, number>,
      connections: this.#connections,
    };
  }

  #forgetProbers(): void {
    for (const [name, { at }] of this.#probers) {
      if (at >= this.#clock.now() - PROBER_MS) return;
      this.#probers.delete(name);
    }
  }
}
