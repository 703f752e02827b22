import type { LedgerRange } from '@stellar-insights/ledger';
import { systemClock, type Clock } from '@stellar-insights/lifecycle';

const SILENT_MS = 2000;
const INTERVAL_MS = { terminal: 200, file: 10_000 };

/** Reports on stderr how much of a range is done, if the range takes longer than two seconds. */
export class Progress {
  readonly #from: number;
  readonly #total: number;
  readonly #stream: NodeJS.WriteStream;
  readonly #clock: Clock;
  readonly #started: number;
  #lastReport: number;
  #reported = false;

  constructor({ from, to }: LedgerRange, stream: NodeJS.WriteStream, clock: Clock = systemClock) {
    this.#from = from;
    this.#total = to - from + 1;
    this.#stream = stream;
    this.#clock = clock;
    this.#started = clock.now();
    this.#lastReport = this.#started;
  }

  /** All ledgers up to this one are done. */
  done(sequence: number): void {
    const now = this.#clock.now();
    const intervalMs = this.#stream.isTTY ? INTERVAL_MS.terminal : INTERVAL_MS.file;
    if (now - this.#started < SILENT_MS || now - this.#lastReport < intervalMs) return;
    this.#lastReport = now;
    this.#reported = true;
    const done = sequence - this.#from + 1;
    const perSecond = (done * 1000) / (now - this.#started);
    const secondsLeft = Math.ceil((this.#total - done) / perSecond);
    const share = ((100 * done) / this.#total).toFixed(1);
    const text = `ledger ${sequence}: ${done} of ${this.#total} (${share} %), ${perSecond.toFixed(0)} per second, ${secondsLeft} s left`;
    this.#stream.write(this.#stream.isTTY ? `\r${text}\u001B[K` : `${text}\n`);
  }

  end(): void {
    if (this.#reported && this.#stream.isTTY) this.#stream.write('\r\u001B[K');
  }
}
