import type { Database } from '@stellar-insights/db';
import { claimDomains, type ClaimedDomain, type FileFinding } from '@stellar-insights/db/anchors';
import { fetchAnchorFile, type FetchOptions } from './fetch-file.ts';
import { untilNextSync } from './next-requests.ts';

/** What one sync reads: candidates, whom anybody can make, take no place of anchors. */
const DOMAINS_PER_SYNC = { anchors: 400, candidates: 100 };
const AT_ONCE = 20;

export interface ReadFilesOptions extends FetchOptions {
  readonly db: Database;
  readonly intervalMs: number;
  /** The passphrase of the stored ledgers' network; null if it is not known. */
  readonly networkPassphrase: string | null;
}

/** Reads the files of the domains that are due. Once the signal aborts, the rest waits for the next sync. */
export async function readFiles(options: ReadFilesOptions): Promise<FileFinding[]> {
  const { db, intervalMs, signal } = options;
  const claim = { ...DOMAINS_PER_SYNC, intervalMs: untilNextSync(intervalMs), signal };
  const claimed = (await claimDomains(db, claim)).values();
  const found: FileFinding[] = [];
  const readSome = async (): Promise<void> => {
    for (const domain of claimed) found.push(await readFile(domain, options));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readSome));
  return found;
}

async function readFile(claim: ClaimedDomain, options: ReadFilesOptions): Promise<FileFinding> {
  const fetched = await fetchAnchorFile(claim.domain, options);
  if ('failure' in fetched) return { ...claim, file: null, ...fetched };
  const { file } = fetched;
  const { networkPassphrase: ours } = options;
  const isOthers = file.networkPassphrase !== null && ours !== null && file.networkPassphrase !== ours;
  // A file for another network says nothing about accounts of this one.
  return { ...claim, file: isOthers ? { ...file, issuers: [], assets: [] } : file, failure: null };
}
