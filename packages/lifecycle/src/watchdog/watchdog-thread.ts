/**
 * The program of the watchdog's thread. It runs from its text in `watchdog-source.ts`: a bundler may have left no file to
 * start. So it imports nothing but types. After a change: `npx vitest run watchdog-source -u`.
 */
import type { WatchdogData } from './watchdog.ts';

const { writeSync } = process.getBuiltinModule('node:fs');
const { Session } = process.getBuiltinModule('node:inspector');
const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');

/** In a blocking system call the main thread does not even answer its debugger: the process is killed this much later. */
const LAST_RESORT_MS = 1000;
/** How long before the deadline of a stop the thread looks for a blocked event loop. */
const PREPARATION_MS = 250;
/** So many beats of a stop have to be missed in a row before its event loop counts as blocked; a busy machine skips a few. */
const MISSED_BEATS = 8;
const STDERR = 2;

const { beats, beatsPerLimit, stopBeatMs, heartbeatLimit, canDebug, exitCode } = workerData as WatchdogData;
const debuggerSession = new Session();
/** The URLs of the main thread's scripts by their ids. */
const scripts = new Map<string, string>();
let isAttached = false;
let isEnding = false;

// The listener also keeps this thread alive, until the process ends or the main thread terminates it.
parentPort?.on('message', (deadline: bigint) => {
  const ms = Number((deadline - process.hrtime.bigint()) / 1_000_000n);
  let isDue = false;
  let missed = 0;
  const endIfBlocked = (): void => {
    if (isDue && missed >= MISSED_BEATS) endProcess('is blocked past the deadline of its stop');
  };
  const look = (count: number): void => {
    missed = count;
    // Attaching takes time, so it begins before the deadline.
    if (missed === MISSED_BEATS / 2) attach();
    endIfBlocked();
  };
  setTimeout(() => countMissed(stopBeatMs, look), Math.max(0, ms - PREPARATION_MS));
  setTimeout(
    () => {
      isDue = true;
      endIfBlocked();
    },
    Math.max(0, ms),
  );
});

if (heartbeatLimit > 0) {
  countMissed(heartbeatLimit / beatsPerLimit, (missed) => {
    if (missed === beatsPerLimit) endProcess(`has been blocked for ${heartbeatLimit / 1000} s`);
  });
}

/**
 * Says at each of its turns how many of them have brought no beat. It counts turns rather than time: a process that was
 * suspended as a whole is not blocked, and neither is one that is late.
 */
function countMissed(everyMs: number, look: (missed: number) => void): void {
  let lastBeat = Atomics.load(beats, 0);
  let missed = 0;
  setInterval(() => {
    const beat = Atomics.load(beats, 0);
    missed = beat === lastBeat ? missed + 1 : 0;
    lastBeat = beat;
    look(missed);
  }, everyMs);
}

function attach(): void {
  if (isAttached || !canDebug) return;
  isAttached = true;
  debuggerSession.connectToMainThread();
  debuggerSession.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params.url));
  debuggerSession.post('Debugger.enable');
}

/** `process.exit` here would end this thread only, so the main thread is paused and made to call it. */
function endProcess(what: string): void {
  if (isEnding) return;
  isEnding = true;
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LAST_RESORT_MS);
  print(`watchdog: the event loop of process ${process.pid} ${what}\n`);
  attach();
  if (!isAttached) return;
  debuggerSession.once('Debugger.paused', ({ params }) => {
    for (const { functionName, location } of params.callFrames) {
      const { scriptId, lineNumber, columnNumber = 0 } = location;
      const at = `${scripts.get(scriptId) ?? ''}:${lineNumber + 1}:${columnNumber + 1}`;
      print(`    at ${functionName || '<anonymous>'} (${at})\n`);
    }
    debuggerSession.post('Runtime.evaluate', { expression: `process.exit(${exitCode})` });
  });
  debuggerSession.post('Debugger.pause');
}

function print(text: string): void {
  try {
    writeSync(STDERR, text);
  } catch {
    // A full or closed pipe must not save a blocked process.
  }
}
