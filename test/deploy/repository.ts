import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export const repository = resolve(import.meta.dirname, '../..');

/** A file of the repository, named from its root. */
export function readText(path: string): string {
  return readFileSync(resolve(repository, path), 'utf8');
}

export function readYaml(path: string): unknown {
  return parse(readText(path), { merge: true }) as unknown;
}

/** The documents of a YAML stream. */
export function yamlDocuments(text: string): unknown[] {
  return parseAllDocuments(text, { merge: true }).map((document) => document.toJS() as unknown);
}
