import type { HostProcess } from './host-process.ts';

export interface SignalHandlers {
  signal(signal: NodeJS.Signals): void;
  uncaught(kind: 'uncaught_exception' | 'unhandled_rejection', error: unknown): void;
}

/**
 * What asks a process to stop. Windows has only what a console sends, Ctrl+C and Ctrl+Break: a SIGTERM ends
 * the process there without asking.
 */
function stopSignals(platform: NodeJS.Platform): readonly NodeJS.Signals[] {
  return platform === 'win32' ? ['SIGINT', 'SIGBREAK'] : ['SIGTERM', 'SIGINT', 'SIGHUP'];
}

/** Listens to every cause of a stop that comes from outside the program's own code; returns what ends it. */
export function listen(host: HostProcess, handlers: SignalHandlers): () => void {
  const removals: (() => void)[] = [];
  const on = (event: Parameters<HostProcess['on']>[0], listener: (value: unknown) => void): void => {
    host.on(event, listener);
    removals.push(() => host.off(event, listener));
  };
  for (const signal of stopSignals(host.platform)) on(signal, () => handlers.signal(signal));
  on('uncaughtException', (error) => handlers.uncaught('uncaught_exception', error));
  on('unhandledRejection', (error) => handlers.uncaught('unhandled_rejection', error));
  return () => {
    for (const remove of removals.splice(0)) remove();
  };
}
