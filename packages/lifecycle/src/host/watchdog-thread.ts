import { writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import { BEATS_PER_LIMIT, STOP_BEAT_MS, type WatchdogData } from './watchdog.ts';

/** The main thread does not react even to its debugger (a blocking system call): the kernel is asked instead. */
const LAST_RESORT_MS = 1000;
/** How long before the deadline of a stop a blocked event loop is looked for. */
const PREPARATION_MS = 250;
const STDERR = 2;

const { beats, heartbeatLimit, exitCode } = workerData as WatchdogData;

let attached: Debuggee | undefined;

// Also keeps this thread alive; it ends with the process or when the main thread terminates it.
parentPort?.on('message', (deadline: bigint) => {
  const ms = Number((deadline - process.hrtime.bigint()) / 1_000_000n);
  setTimeout(prepareIfBlocked, Math.max(0, ms - PREPARATION_MS));
  setTimeout(() => endProcess('is blocked past the deadline of its stop'), Math.max(0, ms));
});

if (heartbeatLimit > 0) {
  let seen = 0;
  let missed = 0;
  // Counts its own beats rather than time, so that a process that was suspended as a whole is not blamed.
  setInterval(() => {
    const beat = Atomics.load(beats, 0);
    missed = beat === seen ? missed + 1 : 0;
    seen = beat;
    if (missed === BEATS_PER_LIMIT) endProcess(`has been blocked for ${heartbeatLimit / 1000} s`);
  }, heartbeatLimit / BEATS_PER_LIMIT);
}

/** Attaching takes a while, in which a deadline would pass; an event loop that turns is left alone until then. */
function prepareIfBlocked(): void {
  const seen = Atomics.load(beats, 0);
  setTimeout(() => {
    if (Atomics.load(beats, 0) === seen) attached ??= attach();
  }, STOP_BEAT_MS * 2);
}

interface Debuggee {
  readonly session: Session;
  /** URLs by script. */
  readonly files: ReadonlyMap<string, string>;
}

function attach(): Debuggee {
  const session = new Session();
  session.connectToMainThread();
  const files = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params }) => files.set(params.scriptId, params.url));
  session.post('Debugger.enable');
  return { session, files };
}

/** `process.exit` here would end this thread only, so the main thread is paused and made to call it. */
function endProcess(what: string): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LAST_RESORT_MS);
  print(`watchdog: the event loop of process ${process.pid} ${what}\n`);
  attached ??= attach();
  const { session, files } = attached;
  session.once('Debugger.paused', ({ params }) => {
    const frames = params.callFrames.map(({ functionName, location }) => {
      const at = `${files.get(location.scriptId) ?? ''}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`;
      return `    at ${functionName || '<anonymous>'} (${at})\n`;
    });
    print(frames.join(''));
    session.post('Runtime.evaluate', { expression: `process.exit(${exitCode})` });
  });
  session.post('Debugger.pause');
}

function print(text: string): void {
  try {
    writeSync(STDERR, text);
  } catch {
    // A full or closed pipe must not save a blocked process.
  }
}
