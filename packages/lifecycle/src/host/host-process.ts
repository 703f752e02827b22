import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';

export type Stream = 'stdout' | 'stderr';
export type HostEvent = NodeJS.Signals | 'uncaughtException' | 'unhandledRejection';

/** What a lifecycle needs of its process; `fakeProcess()` of the testing kit is another one. */
export interface HostProcess {
  readonly pid: number;
  readonly platform: NodeJS.Platform;
  on(event: HostEvent, listener: (value: unknown) => void): void;
  off(event: HostEvent, listener: (value: unknown) => void): void;
  /** Resolves when the reader of the stream has taken the whole text, or never will. */
  write(stream: Stream, text: string): Promise<void>;
  isTerminal(stream: Stream): boolean;
  /** The kind of each handle and request that keeps the event loop alive. */
  activeResources(): readonly string[];
  /** Keeps the process alive until the returned function is called. */
  hold(): () => void;
  exit(code: number): void;
}

/** What every part of a lifecycle works with. */
export interface Host {
  readonly process: HostProcess;
  readonly clock: Clock;
  readonly log: Logger;
}

const LONGEST_INTERVAL_MS = 2 ** 31 - 1;

export const systemProcess: HostProcess = {
  pid: process.pid,
  platform: process.platform,
  on: (event, listener) => void process.on(event, listener),
  off: (event, listener) => void process.off(event, listener),
  write: (name, text) => {
    const stream = process[name];
    // A reader that went away is reported twice: to the callback, and as an event that would be uncaught.
    if (stream.listenerCount('error') === 0) stream.on('error', () => undefined);
    return new Promise((resolve) => {
      stream.write(text, () => resolve());
    });
  },
  isTerminal: (name) => process[name].isTTY,
  activeResources: () => process.getActiveResourcesInfo(),
  hold: () => {
    const interval = setInterval(() => undefined, LONGEST_INTERVAL_MS);
    return () => clearInterval(interval);
  },
  exit: (code) => process.exit(code),
};

/** How many handles and requests of each kind keep the event loop alive, e.g. `{ TCPSocketWrap: 2, Timeout: 1 }`. */
export function activeHandles(process: HostProcess): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of process.activeResources()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
