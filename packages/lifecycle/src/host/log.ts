import { inspect } from 'node:util';
import type { HostProcess } from './host-process.ts';

/** The part of a structured logger that a lifecycle uses; pino and console both fit. */
export interface Logger {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** For a person, one line per message to stderr: what is used when no logger is given. */
export function plainLog(host: HostProcess, name: string): Logger {
  const print = (facts: object, message: string): void => {
    const error = 'err' in facts ? `${inspect(facts.err)}\n` : '';
    void host.write('stderr', `${name}: ${message}\n${error}`);
  };
  return { info: print, warn: print, error: print };
}

/** A logger whose own failure never reaches the stop that uses it. */
export function guardedLog(log: Logger): Logger {
  const guarded = (level: keyof Logger) => (facts: object, message: string) => {
    try {
      log[level](facts, message);
    } catch {
      // Nobody is left to tell.
    }
  };
  return { info: guarded('info'), warn: guarded('warn'), error: guarded('error') };
}
