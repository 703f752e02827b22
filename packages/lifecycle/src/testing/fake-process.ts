import type { HostEvent, HostProcess, Stream } from '../host/host-process.ts';

/** A process that a test signals and that notes what it wrote and how it ended. It goes on after `exit`. */
export interface FakeProcess extends HostProcess {
  send(signal: NodeJS.Signals): void;
  /** As if nobody had caught it. */
  throwUncaught(error: unknown): void;
  rejectUnhandled(error: unknown): void;
  readonly stdout: string;
  readonly stderr: string;
  /** Of the first `exit`. */
  readonly exitCode: number | undefined;
  readonly exited: Promise<number>;
  /** How many reasons there are for it to stay alive. */
  readonly holds: number;
  listeners(event: HostEvent): number;
}

export interface FakeProcessOptions {
  readonly pid?: number;
  readonly platform?: NodeJS.Platform;
  readonly terminal?: boolean;
  readonly activeResources?: readonly string[];
}

export function fakeProcess(options: FakeProcessOptions = {}): FakeProcess {
  const { pid = 4711, platform = 'linux', terminal = false, activeResources = [] } = options;
  const listeners = new Map<HostEvent, Set<(value: unknown) => void>>();
  const of = (event: HostEvent): Set<(value: unknown) => void> => {
    const set = listeners.get(event) ?? new Set();
    listeners.set(event, set);
    return set;
  };
  const emit = (event: HostEvent, value: unknown): void => {
    if (of(event).size === 0) throw new Error(`nobody listens to ${event}: a real process would have ended`);
    for (const listener of of(event)) listener(value);
  };
  const output: Record<Stream, string> = { stdout: '', stderr: '' };
  const exited = Promise.withResolvers<number>();
  let exitCode: number | undefined;
  let holds = 0;
  return {
    pid,
    platform,
    on: (event, listener) => void of(event).add(listener),
    off: (event, listener) => void of(event).delete(listener),
    listening: (event) => [...of(event)],
    ignoreLostReaders: () => undefined,
    write: (stream, text) => {
      output[stream] += text;
      return Promise.resolve();
    },
    isTerminal: () => terminal,
    activeResources: () => activeResources,
    hold: () => {
      holds += 1;
      return () => void (holds -= 1);
    },
    exit: (code) => {
      exitCode ??= code;
      exited.resolve(code);
    },
    send: (signal) => emit(signal, signal),
    throwUncaught: (error) => emit('uncaughtException', error),
    rejectUnhandled: (error) => emit('unhandledRejection', error),
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    get exitCode() {
      return exitCode;
    },
    exited: exited.promise,
    get holds() {
      return holds;
    },
    listeners: (event) => of(event).size,
  };
}
