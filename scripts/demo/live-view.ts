import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client } from '@stellar-insights/client';
import { corridorTable } from '@stellar-insights/wire';
import { headline, type Snapshot } from './headline.ts';
import { LiveCorridors } from './live-corridors.ts';
import { olderLedgersLine } from './older-ledgers.ts';
import { stateLines } from './state-lines.ts';

const EVERY_MS = 1000;
/** If the output is not a terminal, every fifth snapshot is printed. */
const SNAPSHOTS_PER_LINE = 5;
const MOST_ROWS = 16;
/** Rows of the screen that the table leaves for the lines above and below it. */
const OTHER_ROWS = 10;

type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

interface Shown {
  readonly api: { readonly ready: string };
  readonly apiKey: string;
  readonly webhook: { readonly summary: string };
}

/** It gives up soon, as there is a next look. */
export function clientOf({ api, apiKey }: Pick<Shown, 'api' | 'apiKey'>): Client {
  return createClient({ url: api.ready, apiKey, attempts: 1, timeoutMs: 5000 });
}

/** Shows what the API says, once a second. On a terminal it redraws a table; elsewhere it prints the table once, then lines. */
export class LiveView {
  readonly #client: Client;
  readonly #corridors: LiveCorridors;
  readonly #webhook: { readonly summary: string };
  readonly #output: Output;
  #linesDrawn = 0;
  #snapshots = 0;
  #tableShown = false;

  constructor(shown: Shown, output: Output) {
    this.#client = clientOf(shown);
    this.#corridors = new LiveCorridors(this.#client);
    this.#webhook = shown.webhook;
    this.#output = output;
  }

  /** Resolves when the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const following = this.#corridors.run(signal);
    while (!signal.aborted) {
      const answer = await this.#snapshot(signal).catch((error: unknown) => error as Error);
      if (signal.aborted) break;
      if (this.#output.isTTY) this.#redraw(answer);
      else this.#append(answer);
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    await following;
  }

  async #snapshot(signal: AbortSignal): Promise<Snapshot> {
    const [{ data: network }, state, older] = await Promise.all([
      this.#client.getNetwork({}, { signal }),
      stateLines(this.#client, signal, Date.now),
      this.#client.listBackfills({ limit: 1 }, { signal }),
    ]);
    const { list: corridors, fault } = this.#corridors;
    return {
      network,
      corridors,
      fault,
      webhook: this.#webhook.summary,
      state: [...state, olderLedgersLine(older)],
    };
  }

  #redraw(answer: Snapshot | Error): void {
    const { rows = 24, columns = 80 } = this.#output;
    const lines =
      answer instanceof Error
        ? [`the API does not answer: ${answer.message}`]
        : [
            headline(answer, Date.now()),
            ...answer.state,
            '',
            ...corridorTable(answer.corridors.slice(0, Math.min(MOST_ROWS, rows - OTHER_ROWS)), 'compact'),
          ];
    const up = this.#linesDrawn === 0 ? '' : `\u001B[${this.#linesDrawn}A`;
    const text = lines.map((line) => `\u001B[2K${line.slice(0, columns - 1)}\n`).join('');
    this.#output.write(`${up}${text}\u001B[J`);
    this.#linesDrawn = lines.length;
  }

  #append(answer: Snapshot | Error): void {
    if (answer instanceof Error) {
      if (this.#snapshots++ % SNAPSHOTS_PER_LINE === 0)
        this.#output.write(`the API does not answer: ${answer.message}\n`);
      return;
    }
    const first = !this.#tableShown && answer.corridors.length > 0;
    if (first || this.#snapshots++ % SNAPSHOTS_PER_LINE === 0)
      this.#output.write(`${[headline(answer, Date.now()), ...answer.state].join('\n  ')}\n`);
    if (!first) return;
    this.#output.write(`\n${corridorTable(answer.corridors.slice(0, MOST_ROWS), 'compact').join('\n')}\n\n`);
    this.#tableShown = true;
  }
}
