import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FactsLake, FolderStore } from '@stellar-insights/facts-lake';
import { onTestFinished } from 'vitest';

const { signal } = new AbortController();

/** An empty folder for a facts lake, which is removed with the test. */
export async function lakeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'facts-lake-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

export function urlOf(folder: string): string {
  return pathToFileURL(folder).href;
}

export async function openLake(
  folder: string,
  settings: { readonly networkPassphrase: string; readonly ledgersPerChunk?: number },
): Promise<FactsLake> {
  return await FactsLake.create(new FolderStore(folder), settings, signal);
}

/** The hash of each file of a lake, by its place in the lake. */
export async function lakeFiles(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => name !== '.staging');
  const listed = names.map(async (name) => {
    const inner = name.endsWith('.json') ? [''] : await readdir(join(folder, name));
    return inner.map((one) => join(name, one));
  });
  const paths = (await Promise.all(listed)).flat().toSorted();
  const hashed = paths.map(async (path) => [path, sha256(await readFile(join(folder, path)))] as const);
  return Object.fromEntries(await Promise.all(hashed));
}

/** How many chunks a lake has. */
export async function chunksIn(folder: string): Promise<number> {
  return (await readdir(join(folder, 'manifests')).catch(() => [])).length;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
