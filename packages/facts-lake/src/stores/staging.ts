import { mkdir, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is in use gets the present time so often. */
const HEARTBEAT_MS = 60_000;
/** A folder that is older belongs to a process that is gone. */
const ABANDONED_MS = 60 * HEARTBEAT_MS;

/** The parent of staging folders of a lake that has no room for them itself. */
export function temporaryStaging(): string {
  return join(tmpdir(), `stellar-insights-facts-lake-${process.getuid?.() ?? ''}`);
}

/** A folder for files under way, removed at the end. */
export class StagingFolder implements AsyncDisposable {
  readonly path: string;
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(path: string) {
    this.path = path;
    // A folder that is gone is missed by whoever writes into it.
    const touch = () => void utimes(path, new Date(), new Date()).catch(() => undefined);
    this.#heartbeat = setInterval(touch, HEARTBEAT_MS).unref();
  }

  /** Makes one in `parent`, and removes those there that processes left when they were killed. */
  static async create(parent: string): Promise<StagingFolder> {
    await mkdir(parent, { recursive: true });
    await removeAbandoned(parent);
    return new StagingFolder(await mkdtemp(join(parent, 'chunk-')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#heartbeat);
    await rm(this.path, { recursive: true, force: true });
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    // Another process may remove it at the same time.
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}
