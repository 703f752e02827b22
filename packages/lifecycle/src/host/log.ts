import { inspect } from 'node:util';

/** The part of a structured logger that a lifecycle uses; pino and console both fit. */
export interface Logger {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** One line of text per message, for people; used when no logger is given. */
export function plainLog(name: string, write: (text: string) => void): Logger {
  const print = (facts: object, message: string): void => {
    const error = 'err' in facts ? `${inspect(facts.err)}\n` : '';
    write(`${name}: ${message}\n${error}`);
  };
  return { info: print, warn: print, error: print };
}

/** A logger whose own failure never reaches the stop that uses it. */
export function guardedLog(log: Logger): Logger {
  const guarded = (level: keyof Logger) => (facts: object, message: string) => {
    try {
      log[level](facts, message);
    } catch {
      // There is no log left to report this to.
    }
  };
  return { info: guarded('info'), warn: guarded('warn'), error: guarded('error') };
}
