import { createRequire } from 'node:module';
import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import type { PrettyOptions, PrettyStream } from 'pino-pretty';
import type { LogLevel } from './log-variables.ts';
import { serializeError } from './serialize-error.ts';

export interface LogOptions {
  /** The name of the process, e.g. `worker`; the field `name` of each line. */
  readonly name: string;
  readonly level: LogLevel;
  /** Default: stdout, written synchronously, so that no line is lost when the process is killed; for people if it is a terminal. */
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
  destination: to = process.stdout.isTTY ? terminal() : destination({ dest: 1, sync: true }),
}: LogOptions): Log {
  return pino(
    {
      name,
      level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: serializeError },
      formatters: { level: (label) => ({ level: label }) },
    },
    to,
  );
}

/** One readable line for each entry, with its facts below it. Loaded only here: a service has no terminal. */
function terminal(): DestinationStream {
  const pretty = createRequire(import.meta.url)('pino-pretty') as (options: PrettyOptions) => PrettyStream;
  return pretty({ destination: 1, sync: true, ignore: 'pid', translateTime: 'SYS:HH:MM:ss.l' });
}
