import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from './log-variables.ts';

export interface LogOptions {
  /** Of the process, e.g. `worker`; `name` in every line. */
  readonly name: string;
  readonly level: LogLevel;
  /** Default: stdout, written at once, so that a kill loses no line. */
  readonly destination?: DestinationStream;
}

export type Log = Logger;

/**
 * A structured log: one JSON object a line, `{"level":"info","time":"<ISO 8601>","pid":…,"name":…,…facts,"msg":…}`. An error
 * goes under `err`, with its code and the facts it carries.
 */
export function createLog({
  name,
  level,
  destination: to = destination({ dest: 1, sync: true }),
}: LogOptions): Log {
  return pino(
    {
      name,
      level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    to,
  );
}
