import {
  access,
  constants,
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FactsLakeError } from '../errors.ts';
import type { LocalFile, ObjectStore } from './object-store.ts';
import { StagingFolder, temporaryStaging } from './staging.ts';

/** A lake in a folder. Objects are flushed to disk before they appear, and appear by a rename. */
export class FolderStore implements ObjectStore {
  readonly name: string;
  readonly #root: string;

  constructor(folder: string) {
    this.#root = resolve(folder);
    this.name = pathToFileURL(this.#root).href;
  }

  /** In the same file system as the lake, so that a file can be renamed into it; elsewhere if the lake is only for reading. */
  async staging(): Promise<string> {
    const folder = join(this.#root, '.staging');
    try {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK);
      return folder;
    } catch {
      return temporaryStaging();
    }
  }

  async read(key: string): Promise<Buffer | null> {
    return await this.#attempt(() => unlessAbsent(readFile(this.#path(key))));
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#stage(bytes, (staged) => this.#moveIn(key, staged));
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    return await this.#stage(bytes, async (staged) => {
      await flush(staged);
      const path = await this.#makeRoom(key);
      const linked = await link(staged, path).then(
        () => true,
        (error: unknown) => {
          if (hasCode(error, 'EEXIST')) return false;
          throw error;
        },
      );
      await flush(dirname(path));
      return linked;
    });
  }

  async putFile(key: string, { path }: LocalFile): Promise<void> {
    await this.#attempt(() => this.#moveIn(key, path));
  }

  /** A second name for the file, so that it stays when another one is renamed over it. */
  async fetchFile(key: string, folder: string): Promise<string | null> {
    const path = join(folder, key.replaceAll('/', '-'));
    return await this.#attempt(async () => {
      const fetched = await unlessAbsent(linkOrCopy(this.#path(key), path));
      return fetched === null ? null : path;
    });
  }

  async *list(prefix: string): AsyncIterable<string> {
    const names = await this.#attempt(() => unlessAbsent(readdir(this.#path(prefix))));
    for (const name of (names ?? []).toSorted()) yield `${prefix}${name}`;
  }

  async remove(key: string): Promise<void> {
    await this.#attempt(async () => {
      const path = this.#path(key);
      const removed = await unlessAbsent(rm(path).then(() => true));
      if (removed !== null) await flush(dirname(path));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #path(key: string): string {
    return join(this.#root, key);
  }

  async #stage<T>(bytes: Uint8Array, move: (staged: string) => Promise<T>): Promise<T> {
    const parent = await this.staging();
    return await this.#attempt(async () => {
      await using folder = await StagingFolder.create(parent);
      const staged = join(folder.path, 'object');
      await writeFile(staged, bytes);
      return await move(staged);
    });
  }

  async #moveIn(key: string, staged: string): Promise<void> {
    await flush(staged);
    const path = await this.#makeRoom(key);
    await rename(staged, path);
    await flush(dirname(path));
  }

  /** Makes the folder of a key. */
  async #makeRoom(key: string): Promise<string> {
    const path = this.#path(key);
    const made = await mkdir(dirname(path), { recursive: true });
    if (made !== undefined) await flush(dirname(made));
    return path;
  }

  /** @throws FactsLakeError `lake_unreachable` */
  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw new FactsLakeError('lake_unreachable', {
        found: cause instanceof Error ? cause.message : String(cause),
        expected: `a folder ${this.name} that can be read and written`,
        action: 'check the permissions of the folder and the space on its disk',
        retryable: true,
        cause,
      });
    }
  }
}

async function linkOrCopy(from: string, to: string): Promise<string> {
  try {
    await link(from, to);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) throw error;
    // Another file system, or another user's file.
    await copyFile(from, to);
  }
  return to;
}

/** Waits until a file, or the names in a folder, are on disk. */
async function flush(path: string): Promise<void> {
  await using handle = await open(path);
  await handle.sync();
}

async function unlessAbsent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
