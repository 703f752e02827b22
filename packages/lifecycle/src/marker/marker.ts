import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { memberOf } from '../host/foreign.ts';
import type { Logger } from '../host/log.ts';
import { describeError } from '../report/report.ts';

/** A process that left its marker behind: it was killed, out of memory, or ended by the watchdog. */
export interface PreviousExit {
  readonly pid: number;
  /** When it started: ISO 8601. */
  readonly started: string;
}

/** `birth` tells it from a later process with the same pid; undefined where the system does not say. */
interface Run extends PreviousExit {
  readonly birth?: string | undefined;
}

export type Marker = ReturnType<typeof placeMarker>;

/**
 * The marker is a file with the runs that go on: each adds itself, and removes itself with its report. Two overlap where a
 * new instance starts before the old one has ended. A file that cannot be read or written is a warning: it must not keep
 * the process from starting.
 */
export function placeMarker(path: string, pid: number, started: string, log: Logger) {
  const attempt = <T>(verb: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      log.warn({ err: error, path }, `cannot ${verb} the marker ${path}: ${describeError(error).message}`);
      return undefined;
    }
  };
  const runs = attempt('read', () => readRuns(path)) ?? [];
  const ended = runs.findLast((run) => !goesOn(run));
  const previous = ended && { pid: ended.pid, started: ended.started };
  if (previous !== undefined) {
    const run = `pid ${previous.pid}, since ${previous.started}`;
    log.warn({ previous }, `the last run (${run}) ended without a report`);
  }
  const own: Run = { pid, started, birth: birthOf(pid) };
  attempt('write', () => writeRuns(path, [...runs.filter(goesOn), own]));
  const isOther = (run: Run): boolean => run.pid !== pid || run.started !== started;
  const remove = (): void => writeRuns(path, readRuns(path).filter(isOther));
  return { previous, remove: () => attempt('remove', remove) };
}

function readRuns(path: string): readonly Run[] {
  try {
    const runs: readonly Run[] = [JSON.parse(readFileSync(path, 'utf8'))].flat();
    return runs.filter((run) => typeof memberOf(run, 'pid') === 'number');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code !== undefined) throw error;
    // Not JSON: nobody can say which run it was.
    return [{ pid: 0, started: 'unknown' }];
  }
}

function writeRuns(path: string, runs: readonly Run[]): void {
  if (runs.length === 0) return rmSync(path, { force: true });
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(runs));
  renameSync(`${path}.${process.pid}`, path);
}

function goesOn({ pid, birth }: Run): boolean {
  if (birth !== undefined) return birth === birthOf(pid);
  try {
    return pid > 0 && pid !== process.pid && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** When a process that lives was started, in ticks of the kernel: Linux only. */
function birthOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold anything.
    const [, state, ...fields] = stat.slice(stat.lastIndexOf(')')).split(' ');
    return state === 'Z' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
