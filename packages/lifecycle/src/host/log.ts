import { textOf } from './foreign.ts';

/** The part of a structured logger that a lifecycle uses; pino and console both fit. */
export interface Logger {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** One line of text per message, for people; used when no logger is given. */
export function plainLog(name: string, write: (text: string) => void): Logger {
  const print = (facts: object, message: string): void => {
    const error = 'err' in facts ? `${textOf(facts.err)}\n` : '';
    write(`${name}: ${message}\n${error}`);
  };
  return { info: print, warn: print, error: print };
}

/** A logger whose own failure, at once or later, never reaches the stop that uses it. */
export function guardedLog(log: Logger): Logger {
  // There is no log left to report a failure to.
  const guarded = (level: keyof Logger) => (facts: object, message: string) => {
    const written = new Promise((resolve) => resolve(log[level](facts, message)));
    written.catch(() => undefined);
  };
  return { info: guarded('info'), warn: guarded('warn'), error: guarded('error') };
}
