import type { HostEvent, HostProcess } from './host-process.ts';

export interface SignalHandlers {
  signal(signal: NodeJS.Signals): void;
  uncaught(kind: 'uncaught_exception' | 'unhandled_rejection', error: unknown): void;
}

export interface Listening {
  /** What listens to the same signals beside us, e.g. `SIGTERM (onSignal, anonymous)`. */
  others(): readonly string[];
  end(): void;
}

/** Windows has only Ctrl+C and Ctrl+Break of a console: a SIGTERM ends the process there without asking it. */
export function stopSignals(platform: NodeJS.Platform): readonly NodeJS.Signals[] {
  return platform === 'win32' ? ['SIGINT', 'SIGBREAK'] : ['SIGTERM', 'SIGINT', 'SIGHUP'];
}

/**
 * Listens to every cause of a stop that comes from outside the program's own code. The usual signals that are not among
 * `signals` are ignored.
 */
export function listen(
  process: HostProcess,
  signals: readonly NodeJS.Signals[],
  handlers: SignalHandlers,
): Listening {
  const listeners: [HostEvent, (value: unknown) => void][] = [
    ['uncaughtException', (error) => handlers.uncaught('uncaught_exception', error)],
    ['unhandledRejection', (error) => handlers.uncaught('unhandled_rejection', error)],
    ...[...new Set([...signals, ...stopSignals(process.platform)])].map((signal): [HostEvent, () => void] => [
      signal,
      // Without any listener Node would end the process, under `nohup` too.
      () => signals.includes(signal) && handlers.signal(signal),
    ]),
  ];
  for (const [event, listener] of listeners) process.on(event, listener);
  const ours = new Set<unknown>(listeners.map(([, listener]) => listener));
  return {
    others: () =>
      signals.flatMap((signal) => {
        const others = process.listening(signal).filter((listener) => !ours.has(listener));
        const names = others.map(({ name }) => name || 'anonymous');
        return names.length === 0 ? [] : [`${signal} (${names.join(', ')})`];
      }),
    end: () => {
      for (const [event, listener] of listeners.splice(0)) process.off(event, listener);
    },
  };
}
