import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Logger } from '../host/log.ts';

/** A process that left its marker behind: killed, out of memory, or ended by the watchdog. */
export interface PreviousExit {
  readonly pid: number;
  /** When it started: ISO 8601. */
  readonly started: string;
}

/** A file that exists exactly as long as a process that ends with a report. One path per process. */
export interface Marker {
  readonly previous: PreviousExit | undefined;
  remove(): void;
}

/** A marker that cannot be read or written is a warning: it must not keep the process from starting. */
export function placeMarker(path: string, self: PreviousExit, log: Logger): Marker {
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
    log.warn(
      { previous },
      `the last run (pid ${previous.pid}, since ${previous.started}) ended without a report`,
    );
  }
  attempt('write', () => writeFileSync(path, JSON.stringify(self)));
  return { previous, remove: () => attempt('remove', () => rmSync(path, { force: true })) };
}

function readMarker(path: string): PreviousExit | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { pid, started } = JSON.parse(text) as PreviousExit;
    return { pid, started };
  } catch {
    // Killed while it wrote the marker: killed all the same.
    return { pid: 0, started: 'unknown' };
  }
}
