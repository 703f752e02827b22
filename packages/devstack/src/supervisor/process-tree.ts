import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/**
 * Sends a signal to a process and all its descendants. A process group would not do: every Postgres
 * backend makes a session of its own. Parents come first, so a stopped postmaster forks no more.
 */
export function signalTree(root: number, signal: NodeJS.Signals): void {
  // The children of a killed parent are no longer its descendants: find them all before the first dies.
  if (signal === 'SIGKILL') signalTree(root, 'SIGSTOP');
  const signalled = new Set<number>();
  for (;;) {
    const remaining = processTree(root).filter((pid) => !signalled.has(pid));
    if (remaining.length === 0) return;
    for (const pid of remaining) {
      signalled.add(pid);
      sendSignal(pid, signal);
    }
  }
}

/** Sends a signal to one process. It is no error if the process is gone. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** A process and all its descendants, parents first; empty when it is gone. */
export function processTree(root: number): number[] {
  const parents = parentsOfAll();
  const tree = parents.has(root) ? [root] : [];
  for (const pid of tree) {
    for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  }
  return tree;
}

function parentsOfAll(): Map<number, number> {
  return process.platform === 'linux' ? parentsFromProc() : parentsFromPs();
}

// Slim container images have /proc but no ps.
function parentsFromProc(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      // "pid (command) state ppid …", where the command may hold anything, parentheses included.
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(Number(entry), Number(parent));
    } catch {
      // The process ended between the listing and the reading.
    }
  }
  return parents;
}

function parentsFromPs(): Map<number, number> {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [pid, parent] = line.trim().split(/\s+/);
      return [Number(pid), Number(parent)];
    }),
  );
}
