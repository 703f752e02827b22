export type Stream = 'stdout' | 'stderr';
export type HostEvent = NodeJS.Signals | 'uncaughtException' | 'unhandledRejection';

/** What a lifecycle needs of its process; `fakeProcess()` of the testing kit is another one. */
export interface HostProcess {
  readonly pid: number;
  readonly platform: NodeJS.Platform;
  on(event: HostEvent, listener: (value: unknown) => void): void;
  off(event: HostEvent, listener: (value: unknown) => void): void;
  /** Resolves when the whole text has been taken by whoever reads the stream, or never will be. */
  write(stream: Stream, text: string): Promise<void>;
  isTerminal(stream: Stream): boolean;
  /** The kind of each handle and request that keeps the event loop alive. */
  activeResources(): readonly string[];
  /** Keeps the process alive until the returned function is called. */
  hold(): () => void;
  exit(code: number): void;
}

const LONGEST_INTERVAL_MS = 2 ** 31 - 1;

export const systemProcess: HostProcess = {
  pid: process.pid,
  platform: process.platform,
  on: (event, listener) => void process.on(event, listener),
  off: (event, listener) => void process.off(event, listener),
  write: (name, text) => {
    const stream = process[name];
    // A reader that went away is reported twice, to the callback and as an event that would be uncaught.
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
