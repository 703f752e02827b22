import { Worker } from 'node:worker_threads';
import { ExitCode } from '../host/exit-code.ts';
import type { Logger } from '../host/log.ts';
import { watchdogSource } from './watchdog-source.ts';

/** What the watchdog's thread is given. */
export interface WatchdogData {
  /** Grows while the event loop turns. */
  readonly beats: Int32Array;
  /** How many beats are due within the heartbeat limit. */
  readonly beatsPerLimit: number;
  /** How often the event loop reports that it turns while a stop goes on. */
  readonly stopBeatMs: number;
  /** How long `beats` may stand still, in milliseconds; 0: for ever. */
  readonly heartbeatLimit: number;
  /** If not, a blocked process is killed without its stack: an attempt to attach would abort it. */
  readonly canDebug: boolean;
  readonly exitCode: number;
}

export interface Watchdog {
  /** The process has to be gone in `ms`: an event loop that is blocked then is ended, one that turns ends the process itself. */
  expectEnd(ms: number): void;
  close(): void;
}

const BEATS_PER_LIMIT = 8;
const STOP_BEAT_MS = 25;
/** A stop ends itself in time unless the event loop is blocked; the watchdog acts this much later. */
const MARGIN_MS = 20;

/**
 * Starts a thread that ends this process when its event loop is blocked: after `expectEnd`, or (with a
 * `heartbeatLimit`, in milliseconds) at any time. It prints the main thread's stack to stderr and exits with 70.
 * Undefined, after a warning, where no thread may be started.
 */
export function startWatchdog(heartbeatLimit: number, log: Logger): Watchdog | undefined {
  // Undefined unless Node's permission model is on; a worker thread does not see it.
  const permission = process.permission as NodeJS.ProcessPermission | undefined;
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const thread = startThread(
    {
      beats,
      beatsPerLimit: BEATS_PER_LIMIT,
      stopBeatMs: STOP_BEAT_MS,
      heartbeatLimit,
      canDebug: permission?.has('inspector') !== false,
      exitCode: ExitCode.blocked,
    },
    log,
  );
  if (thread === undefined) return undefined;
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

function startThread(workerData: WatchdogData, log: Logger): Worker | undefined {
  const warn = (error: unknown): void =>
    log.warn({ err: error }, `the watchdog is not running: ${String(error)}`);
  try {
    // The thread needs neither the preloaded modules nor the options of the main thread.
    const options = { eval: true, workerData, execArgv: [], env: {} };
    // Its streams are not joined to those of the process: the thread writes to the descriptor itself.
    const thread = new Worker(watchdogSource, { ...options, stdout: true, stderr: true });
    thread.on('error', warn);
    thread.unref();
    return thread;
  } catch (error) {
    // The permission model, for one, forbids threads unless `--allow-worker` is given.
    warn(error);
    return undefined;
  }
}
