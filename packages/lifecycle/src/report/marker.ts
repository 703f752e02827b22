import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Logger } from '../host/log.ts';

/** A process that left its marker behind: it was killed, out of memory, or ended by the watchdog. */
export interface PreviousExit {
  readonly pid: number;
  /** When it started: ISO 8601. */
  readonly started: string;
}

export type Marker = ReturnType<typeof placeMarker>;

/**
 * The marker is a file that exists exactly as long as a process that ends with a report. One that cannot be read or
 * written is a warning: it must not keep the process from starting.
 */
export function placeMarker(path: string, pid: number, started: string, log: Logger) {
  const attempt = <T>(verb: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      log.warn({ err: error, path }, `cannot ${verb} the marker ${path}: ${String(error)}`);
      return undefined;
    }
  };
  const previous = attempt('read', () => readMarker(path));
  if (previous !== undefined) {
    const run = `pid ${previous.pid}, since ${previous.started}`;
    log.warn({ previous }, `the last run (${run}) ended without a report`);
  }
  attempt('write', () => writeFileSync(path, JSON.stringify({ pid, started })));
  return { previous, remove: () => attempt('remove', () => rmSync(path, { force: true })) };
}

function readMarker(path: string): PreviousExit | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(path, 'utf8')) as PreviousExit;
    return { pid, started };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== undefined) throw error;
    // Not JSON: the process was killed while it wrote the marker.
    return { pid: 0, started: 'unknown' };
  }
}
