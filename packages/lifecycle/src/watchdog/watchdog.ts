import { Worker } from 'node:worker_threads';
import { ExitCode } from '../host/exit-code.ts';
import type { Logger } from '../host/log.ts';

/** What the watchdog's thread is given. */
export interface WatchdogData {
  /** Grows while the event loop turns. */
  readonly beats: Int32Array;
  /** How long `beats` may stand still, in milliseconds; 0: for ever. */
  readonly heartbeatLimit: number;
  readonly exitCode: number;
}

export interface Watchdog {
  /** From now on: the process has to be gone in `ms`, whatever its event loop does then. */
  expectEnd(ms: number): void;
  close(): void;
}

/** How many beats are due within the heartbeat limit. */
export const BEATS_PER_LIMIT = 8;
/** How often the event loop reports that it turns while a stop goes on. */
export const STOP_BEAT_MS = 25;
/** A stop ends itself in time unless the event loop is blocked; the watchdog acts this much later. */
const MARGIN_MS = 20;

/**
 * Starts a thread that ends this process when its event loop is blocked: after `expectEnd`, or (with a
 * `heartbeatLimit`, in milliseconds) at any time. It prints the main thread's stack to stderr and exits with 70.
 */
export function startWatchdog(heartbeatLimit: number, log: Logger): Watchdog {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: WatchdogData = { beats, heartbeatLimit, exitCode: ExitCode.blocked };
  // The thread's file ends like this one's: `.ts` from sources, `.js` as published.
  const file = import.meta.url.endsWith('.ts') ? './watchdog-thread.ts' : './watchdog-thread.js';
  // The thread needs neither the preloaded modules nor the options of the main thread.
  const thread = new Worker(new URL(file, import.meta.url), { workerData, execArgv: [], env: {} });
  thread.on('error', (error) => log.warn({ err: error }, `the watchdog is not running: ${String(error)}`));
  thread.unref();
  const hearts: NodeJS.Timeout[] = [];
  const beatEvery = (ms: number): void => {
    hearts.push(setInterval(() => Atomics.add(beats, 0, 1), ms).unref());
  };
  if (heartbeatLimit > 0) beatEvery(heartbeatLimit / BEATS_PER_LIMIT / 2);
  return {
    expectEnd: (ms) => {
      beatEvery(STOP_BEAT_MS);
      // The clock of hrtime is the same in all threads of a process.
      thread.postMessage(process.hrtime.bigint() + BigInt(Math.ceil((ms + MARGIN_MS) * 1e6)), []);
    },
    close: () => {
      for (const heart of hearts) clearInterval(heart);
      void thread.terminate();
    },
  };
}
