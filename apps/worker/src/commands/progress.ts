const SILENT_MS = 2000;
const EVERY_MS = { terminal: 200, file: 10_000 };

/** Tells on stderr how far a range has been read, once it has lasted longer than a moment. */
export class Progress {
  readonly #from: number;
  readonly #total: number;
  readonly #stream: NodeJS.WriteStream;
  readonly #started = performance.now();
  #lastTold = this.#started;
  #told = false;

  constructor({ from, to }: { from: number; to: number }, stream: NodeJS.WriteStream) {
    this.#from = from;
    this.#total = to - from + 1;
    this.#stream = stream;
  }

  reached(sequence: number): void {
    const now = performance.now();
    const interval = this.#stream.isTTY ? EVERY_MS.terminal : EVERY_MS.file;
    if (now - this.#started < SILENT_MS || now - this.#lastTold < interval) return;
    this.#lastTold = now;
    this.#told = true;
    const done = sequence - this.#from + 1;
    const perSecond = (done * 1000) / (now - this.#started);
    const secondsLeft = Math.ceil((this.#total - done) / perSecond);
    const share = ((100 * done) / this.#total).toFixed(1);
    const text = `ledger ${sequence}: ${done} of ${this.#total} (${share} %), ${perSecond.toFixed(0)} a second, ${secondsLeft} s left`;
    this.#stream.write(this.#stream.isTTY ? `\r${text}\u001B[K` : `${text}\n`);
  }

  end(): void {
    if (this.#told && this.#stream.isTTY) this.#stream.write('\r\u001B[K');
  }
}
