import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Nothing takes so long to write or read. */
const ABANDONED_MS = 24 * 3_600_000;

/** A folder for files under way, removed at the end. */
export class StagingFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes one in `parent`, and removes those that processes left there when they were killed. */
  static async create(parent: string): Promise<StagingFolder> {
    await mkdir(parent, { recursive: true });
    await removeAbandoned(parent);
    return new StagingFolder(await mkdtemp(join(parent, `${namePrefix()}${process.pid}-`)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    if (await isAbandoned(name, path)) await rm(path, { recursive: true, force: true });
  }
}

async function isAbandoned(name: string, path: string): Promise<boolean> {
  const pid = name.startsWith(namePrefix()) ? Number.parseInt(name.slice(namePrefix().length), 10) : NaN;
  if (Number.isInteger(pid) && !isRunning(pid)) return true;
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
  return Date.now() - mtimeMs > ABANDONED_MS;
}

function namePrefix(): string {
  return `${hostname()}-`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process cannot be asked, but it runs.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
