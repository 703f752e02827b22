import { resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

/** The path of a source that is named from the repository's root. */
export function source(path: string): string {
  return resolve(repository, path);
}
