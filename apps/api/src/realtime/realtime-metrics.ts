import { Counter, Gauge, type Registry } from 'prom-client';

type Kind = 'websocket' | 'sse';

/** What the gauges are taken from when they are read. */
interface Measured {
  readonly outlet: { readonly kind: Kind };
  readonly lag: number;
}

const KINDS: readonly Kind[] = ['websocket', 'sse'];
const QUANTILES = [0.5, 0.95, 0.99, 1];

/** The metrics of the streams of this process. */
export class RealtimeMetrics {
  readonly #registry: Registry;
  readonly #in: Counter;
  readonly #out: Counter<'kind'>;
  readonly #resumed: Counter<'from'>;
  readonly #resyncs: Counter;
  readonly #closes: Counter<'kind' | 'reason'>;
  readonly #refused: Counter<'reason'>;
  readonly #reads: Counter<'reader'>;
  /** Counted here first: a labelled counter would cost each delivery as much again. */
  readonly #delivered = { websocket: 0, sse: 0 };

  constructor(registry: Registry) {
    this.#registry = registry;
    const registers = [registry];
    const counter = <Label extends string = never>(
      name: string,
      help: string,
      labelNames: Label[] = [],
      collect?: () => void,
    ) =>
      new Counter({
        name: `insights_realtime_${name}`,
        help,
        labelNames,
        registers,
        ...(collect && { collect }),
      });
    this.#in = counter('events_in_total', 'Events read from the log.');
    this.#out = counter(
      'events_out_total',
      'Events written to clients, by kind (websocket, sse).',
      ['kind'],
      () => this.#countDelivered(),
    );
    this.#resumed = counter(
      'resumed_total',
      'Clients that began at an earlier place, by where its events are (ring, postgres).',
      ['from'],
    );
    this.#resyncs = counter('resyncs_total', 'Clients told that the log cannot continue from their place.');
    this.#closes = counter(
      'closes_total',
      'Connections that this process closed because of their client, by kind and reason (slow, pong, policy, unauthorized).',
      ['kind', 'reason'],
    );
    this.#refused = counter('refused_total', 'Connections that were refused, by the code of the answer.', [
      'reason',
    ]);
    this.#reads = counter(
      'log_reads_total',
      'Statements on the event log, by reader (tail: for everyone; pages: for clients whom the ring has left behind).',
      ['reader'],
    );
  }

  /** Takes the gauges from these followers. */
  watch(followers: ReadonlySet<Measured>): void {
    const subscribers = new Gauge({
      name: 'insights_realtime_subscribers',
      help: 'Connected clients, by kind (websocket, sse).',
      labelNames: ['kind'],
      registers: [],
      collect() {
        for (const kind of KINDS) this.set({ kind }, 0);
        for (const { outlet } of followers) this.inc({ kind: outlet.kind });
      },
    });
    const lag = new Gauge({
      name: 'insights_realtime_lag_events',
      help: 'How many events clients are behind the newest event, by quantile.',
      labelNames: ['quantile'],
      registers: [],
      collect() {
        const lags = [...followers].map((follower) => follower.lag).sort((a, b) => a - b);
        for (const quantile of QUANTILES) {
          const index = Math.max(0, Math.ceil(quantile * lags.length) - 1);
          this.set({ quantile }, lags[index] ?? 0);
        }
      },
    });
    for (const gauge of [subscribers, lag]) this.#registry.registerMetric(gauge);
  }

  received(events: number): void {
    this.#in.inc(events);
  }

  delivered(kind: Kind): void {
    this.#delivered[kind] += 1;
  }

  resumed(from: 'ring' | 'postgres'): void {
    this.#resumed.inc({ from });
  }

  resynced(): void {
    this.#resyncs.inc();
  }

  closed(kind: Kind, reason: 'slow' | 'pong' | 'policy' | 'unauthorized'): void {
    this.#closes.inc({ kind, reason });
  }

  refused(reason: string): void {
    this.#refused.inc({ reason });
  }

  logRead(reader: 'tail' | 'pages'): void {
    this.#reads.inc({ reader });
  }

  #countDelivered(): void {
    for (const kind of KINDS) {
      this.#out.inc({ kind }, this.#delivered[kind]);
      this.#delivered[kind] = 0;
    }
  }
}
