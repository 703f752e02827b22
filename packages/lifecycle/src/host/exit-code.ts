import { constants } from 'node:os';

/** What an exit code says; 70, 75 and 78 are those of `sysexits.h`. */
export const ExitCode = {
  clean: 0,
  /** Something was forced or failed, or an uncaught error was the reason to stop. */
  unclean: 1,
  /** The watchdog ended a process whose event loop was blocked. */
  blocked: 70,
  /** The start failed for a cause that can pass, or a signal interrupted it: trying again may help. */
  temporaryFailure: 75,
  /** The start failed, or the configuration cannot be used: trying again does not help. */
  failedStart: 78,
} as const;

/** 128 + n: signal n forced the end, as a shell reports it. */
export const signalExitCode = (signal: NodeJS.Signals): number => 128 + (constants.signals[signal] ?? 0);
