import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from './log-variables.ts';

export interface LogOptions {
  /** The name of the process, e.g. `worker`; the field `name` of each line. */
  readonly name: string;
  readonly level: LogLevel;
  /** Default: stdout, written synchronously, so that no line is lost when the process is killed. */
  readonly destination?: DestinationStream;
}

export type Log = Logger;

/**
 * A structured log: one JSON object per line, `{"level":"info","time":"<ISO 8601>","pid":…,"name":…,…facts,"msg":…}`. The
 * field `err` has an error with its code and its other fields.
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
