import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LedgerError } from '../errors.ts';
import { oversizedObject } from './errors.ts';
import type { LakeObject, LakeRequest, LakeStore } from './lake-store.ts';

/** A data lake in a local folder. */
export class FolderStore implements LakeStore {
  readonly #root: string;

  constructor(folder: string) {
    this.#root = resolve(folder);
  }

  locate(key: string): string {
    return join(this.#root, key);
  }

  async read(request: LakeRequest, signal: AbortSignal): Promise<LakeObject> {
    const path = this.locate(request.key);
    try {
      await using file = await open(path);
      const { size } = await file.stat();
      if (size > request.maxBytes) throw oversizedObject(request, path);
      return { present: true, bytes: await file.readFile({ signal }), compressed: true };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof LedgerError) throw error;
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return { present: false, evidence: `no file ${path}` };
      throw new LedgerError('lake_unreachable', {
        ...(request.ledger !== undefined && { ledger: request.ledger }),
        found: error instanceof Error ? error.message : String(error),
        expected: `a readable file ${path}`,
        action: 'check the permissions of the folder and the state of the disk',
        cause: error,
      });
    }
  }
}
