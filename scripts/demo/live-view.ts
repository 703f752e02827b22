import { setTimeout as sleep } from 'node:timers/promises';
import { corridorTable } from '@stellar-insights/wire';
import { headline } from './headline.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

const EVERY_MS = 1000;
/** Where nothing can be redrawn: so many looks from line to line. */
const LOOKS_PER_LINE = 5;
const MOST_ROWS = 16;
/** Of the screen, for what stands around the rows. */
const AROUND = 6;

type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** Shows what the API says, again and again: on a terminal a table in place, elsewhere the table once and then lines. */
export class LiveView {
  readonly #api: string;
  readonly #output: Output;
  #drawn = 0;
  #looks = 0;
  #tableShown = false;

  constructor(api: string, output: Output) {
    this.#api = api;
    this.#output = output;
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const seen = await readSnapshot(this.#api, signal).catch((error: unknown) => error as Error);
      if (signal.aborted) return;
      if (this.#output.isTTY) this.#redraw(seen);
      else this.#append(seen);
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  #redraw(seen: Snapshot | Error): void {
    const { rows = 24, columns = 80 } = this.#output;
    const lines =
      seen instanceof Error
        ? [`the API does not answer: ${seen.message}`]
        : [
            headline(seen, Date.now()),
            '',
            ...corridorTable(seen.corridors.slice(0, Math.min(MOST_ROWS, rows - AROUND)), 'compact'),
          ];
    const up = this.#drawn === 0 ? '' : `\u001B[${this.#drawn}A`;
    const text = lines.map((line) => `\u001B[2K${line.slice(0, columns - 1)}\n`).join('');
    this.#output.write(`${up}${text}\u001B[J`);
    this.#drawn = lines.length;
  }

  #append(seen: Snapshot | Error): void {
    if (seen instanceof Error) {
      if (this.#looks++ % LOOKS_PER_LINE === 0)
        this.#output.write(`the API does not answer: ${seen.message}\n`);
      return;
    }
    const first = !this.#tableShown && seen.corridors.length > 0;
    if (first || this.#looks++ % LOOKS_PER_LINE === 0) this.#output.write(`${headline(seen, Date.now())}\n`);
    if (!first) return;
    this.#output.write(`\n${corridorTable(seen.corridors.slice(0, MOST_ROWS), 'compact').join('\n')}\n\n`);
    this.#tableShown = true;
  }
}
