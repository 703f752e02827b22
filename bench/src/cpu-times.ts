import { readdirSync, readFileSync } from 'node:fs';
import type { Database } from '@stellar-insights/db';

/** CPU time so far, in milliseconds. */
export interface CpuTimes {
  readonly nodeMs: number;
  /** Of the server and all of its processes, also those that have ended; NaN where there is no `/proc`. */
  readonly postgresMs: number;
}

/** Of Linux. */
const TICK_MS = 10;

export async function cpuTimes(db: Database): Promise<CpuTimes> {
  const { user, system } = process.cpuUsage();
  return { nodeMs: (user + system) / 1000, postgresMs: await serverMs(db) };
}

/** What the work resolves to, and the CPU time that it cost; `cpuMs` is of Node and of Postgres. */
export async function cpuOf<T>(
  db: Database,
  work: () => Promise<T>,
): Promise<CpuTimes & { readonly result: T; readonly cpuMs: number }> {
  const before = await cpuTimes(db);
  const result = await work();
  const after = await cpuTimes(db);
  const nodeMs = after.nodeMs - before.nodeMs;
  const postgresMs = after.postgresMs - before.postgresMs;
  return { result, cpuMs: nodeMs + postgresMs, nodeMs, postgresMs };
}

async function serverMs(db: Database): Promise<number> {
  const [row] = await db.run(({ sql }) => sql<{ pid: number }[]>`select pg_backend_pid() as pid`);
  const postmaster = statOf(row?.pid ?? 0)?.parent;
  if (postmaster === undefined) return Number.NaN;
  const processes = readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map((name) => ({ pid: Number(name), stat: statOf(Number(name)) }))
    .filter(({ pid, stat }) => pid === postmaster || stat?.parent === postmaster);
  const ended = statOf(postmaster)?.endedChildren ?? 0;
  const ticks = processes.reduce((sum, { stat }) => sum + (stat?.own ?? 0), ended);
  return ticks * TICK_MS;
}

/** Undefined if there is no such process. Times in ticks. */
function statOf(pid: number): { parent: number; own: number; endedChildren: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may have spaces.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11);
    return { parent, own: user + system, endedChildren: endedUser + endedSystem };
  } catch {
    return undefined;
  }
}
