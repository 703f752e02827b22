import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { NETWORK, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { test as base } from 'vitest';
import { FactsLake, FolderStore, readChunk, writeChunk, type Chunk, type ObjectStore } from '../src/index.ts';

export { NETWORK };
export const FACTS_VERSION = 3;
const LEDGERS_PER_CHUNK = 10;
/** Ledgers 1000 to 1029: three chunks. */
export const LEDGERS = simulatedLedgers(30);
export const signal = new AbortController().signal;

/** Vitest's `test` with a folder of its own. */
/* oxlint-disable-next-line no-empty-pattern -- Vitest insists on a destructured first parameter. */
export const test = base.extend('folder', async ({}, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), 'facts-lake-'));
  onCleanup(() => rm(folder, { recursive: true, force: true }));
  return folder;
});

export async function createLake(store: ObjectStore | string): Promise<FactsLake> {
  const settings = { ...NETWORK, ledgersPerChunk: LEDGERS_PER_CHUNK };
  return await FactsLake.create(typeof store === 'string' ? new FolderStore(store) : store, settings, signal);
}

export async function* ledgersOf(
  { first, last }: Chunk,
  all: readonly LedgerFacts[] = LEDGERS,
): AsyncGenerator<LedgerFacts> {
  yield* all.filter(({ header }) => header.sequence >= first && header.sequence <= last);
}

/** Writes the chunk of a ledger, of simulated ledgers if no others are given. */
export async function write(lake: FactsLake, ledger: number, all?: readonly LedgerFacts[]) {
  const chunk = lake.chunkOf(ledger);
  return await writeChunk(lake, chunk, ledgersOf(chunk, all), { factsVersion: FACTS_VERSION }, signal);
}

export async function read(lake: FactsLake, ledger: number): Promise<LedgerFacts[]> {
  return await Array.fromAsync(readChunk(lake, lake.chunkOf(ledger), signal));
}

/** All files of a lake in a folder, by their keys. */
export async function filesOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const keys = paths.map((path) => path.slice(folder.length + 1)).toSorted();
  return new Map(
    await Promise.all(
      keys.map(async (key) => [key, (await readFile(join(folder, key))).toString('base64')] as const),
    ),
  );
}
