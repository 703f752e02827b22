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
  /** Everything that listens to an event. */
  listening(event: HostEvent): readonly ((value: never) => void)[];
  /** From now on a reader that has gone away is no error, whoever writes. */
  ignoreLostReaders(): void;
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

function ignore(): void {}

export const systemProcess: HostProcess = {
  pid: process.pid,
  platform: process.platform,
  on: (event, listener) => void process.on(event, listener),
  off: (event, listener) => void process.off(event, listener),
  listening: (event) => process.listeners(event as NodeJS.Signals),
  ignoreLostReaders: () => {
    for (const stream of [process.stdout, process.stderr]) {
      if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
    }
  },
  write: (name, text) =>
    new Promise((resolve) => {
      process[name].write(text, () => resolve());
    }),
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
