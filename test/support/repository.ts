import { resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

/** What Node is told to run one of our sources, named from the repository's root. */
export function sourceArgs(path: string, ...args: readonly string[]): string[] {
  return ['--conditions=@stellar-insights/source', resolve(repository, path), ...args];
}
