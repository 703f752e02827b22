import type { HostEvent, HostProcess } from './host-process.ts';

export interface SignalHandlers {
  signal(signal: NodeJS.Signals): void;
  uncaught(kind: 'uncaught_exception' | 'unhandled_rejection', error: unknown): void;
}

/** Windows has only Ctrl+C and Ctrl+Break of a console: a SIGTERM ends the process there without asking it. */
function stopSignals(platform: NodeJS.Platform): readonly NodeJS.Signals[] {
  return platform === 'win32' ? ['SIGINT', 'SIGBREAK'] : ['SIGTERM', 'SIGINT', 'SIGHUP'];
}

/** Listens to every cause of a stop that comes from outside the program's own code. The returned function ends that. */
export function listen(process: HostProcess, handlers: SignalHandlers): () => void {
  const listeners: [HostEvent, (value: unknown) => void][] = [
    ['uncaughtException', (error) => handlers.uncaught('uncaught_exception', error)],
    ['unhandledRejection', (error) => handlers.uncaught('unhandled_rejection', error)],
    ...stopSignals(process.platform).map((signal): [HostEvent, () => void] => [
      signal,
      () => handlers.signal(signal),
    ]),
  ];
  for (const [event, listener] of listeners) process.on(event, listener);
  return () => {
    for (const [event, listener] of listeners.splice(0)) process.off(event, listener);
  };
}
