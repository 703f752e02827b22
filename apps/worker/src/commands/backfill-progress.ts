import type { Backfill } from '@stellar-insights/contract';
import { systemClock, type Clock } from '@stellar-insights/lifecycle';

const BAR_WIDTH = 30;
const FILE_INTERVAL_MS = 10_000;

/** Shows on stderr how far a backfill is: a bar on a terminal, else a line every ten seconds and for each new error. */
export class BackfillProgress {
  readonly #stream: NodeJS.WriteStream;
  readonly #clock: Clock;
  #lastLine = -Infinity;
  #lastProblem: string | undefined;

  constructor(stream: NodeJS.WriteStream, clock: Clock = systemClock) {
    this.#stream = stream;
    this.#clock = clock;
  }

  /** `isServed`: whether a worker does it. */
  show(backfill: Backfill, isServed: boolean): void {
    const problem = problemOf(backfill, isServed);
    const text = [progressText(backfill), ...(problem === undefined ? [] : [problem])].join('; ');
    if (this.#stream.isTTY) {
      const line = `${barOf(backfill)} ${text}`.slice(0, this.#stream.columns - 1);
      this.#stream.write(`\r${line}\u001B[K`);
      return;
    }
    const now = this.#clock.now();
    if (now - this.#lastLine < FILE_INTERVAL_MS && problem === this.#lastProblem) return;
    this.#lastLine = now;
    this.#lastProblem = problem;
    this.#stream.write(`${text}\n`);
  }

  end(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001B[K');
  }
}

function shareOf({ ledgers, loaded_ledgers: loaded }: Backfill): number {
  return ledgers === 0 ? 1 : loaded / ledgers;
}

function barOf(backfill: Backfill): string {
  const full = Math.floor(shareOf(backfill) * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}]`;
}

/** E.g. `41.2 %, 412 of 1000 ledgers loaded, 0 visible, 75 per second, 8 s left`. */
export function progressText(backfill: Backfill): string {
  const { ledgers, loaded_ledgers: loaded, visible_ledgers: visible } = backfill;
  const { ledgers_per_second: perSecond, seconds_left: left } = backfill;
  return [
    `${(100 * shareOf(backfill)).toFixed(1)} %`,
    `${loaded} of ${ledgers} ledgers loaded`,
    `${visible} visible`,
    ...(perSecond === null ? [] : [`${perSecond} per second`]),
    ...(left === null ? [] : [`${timeText(left)} left`]),
  ].join(', ');
}

/** E.g. `3 h 12 min`. */
function timeText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function problemOf({ error }: Backfill, isServed: boolean): string | undefined {
  if (!isServed) return 'waits for a worker with the role backfill';
  return error === null ? undefined : `(${error.code}) ${error.message}`;
}
