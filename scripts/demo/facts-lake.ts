import { pathToFileURL } from 'node:url';
import { FactsLake, FolderStore, isDuckDbInstalled } from '@stellar-insights/facts-lake';

/** Small, so that the first files come soon. */
const LEDGERS_PER_CHUNK = 10;

/** A facts lake in a folder, as a URL; undefined on a machine that DuckDB does not run on. */
export async function makeFactsLake(folder: string, networkPassphrase: string): Promise<string | undefined> {
  const { signal } = new AbortController();
  if (!(await isDuckDbInstalled())) return undefined;
  await using store = new FolderStore(folder);
  await FactsLake.create(store, { networkPassphrase, ledgersPerChunk: LEDGERS_PER_CHUNK }, signal);
  return pathToFileURL(folder).href;
}
