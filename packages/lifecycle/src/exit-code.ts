import { constants } from 'node:os';

/** What an exit code says; `sysexits.h` names 70 (software) and 78 (configuration). */
export const ExitCode = {
  clean: 0,
  /** Something was forced or failed, or an uncaught error was the reason to stop. */
  unclean: 1,
  /** The watchdog ended a process whose event loop was blocked. */
  blocked: 70,
  /** The start failed or was interrupted, or the configuration is unusable; what had started was rolled back. */
  failedStart: 78,
} as const;

/** 128 + n: signal n forced the end, as a shell reports it. */
export const signalExitCode = (signal: NodeJS.Signals): number => 128 + (constants.signals[signal] ?? 0);
