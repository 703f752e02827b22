import { parseHomeDomain } from '@stellar-insights/analytics';
import type { Database } from '@stellar-insights/db';
import {
  addIssuers,
  readDueIssuers,
  readIssuerProgress,
  type FoundIssuer,
  type IssuerFinding,
  type IssuerProgress,
} from '@stellar-insights/db/anchors';
import { listNamedAssets, type NamedAsset } from '@stellar-insights/db/named';
import type { StateSource } from '@stellar-insights/db/state-syncs';
import type { LedgerSequence } from '@stellar-insights/ledger';
import type { NetworkState } from '@stellar-insights/ledger/state';

const NAMED_ASSETS_PER_SYNC = 20_000;
/** All of 400,000 assets in a day. */
const WALKED_ASSETS_PER_SYNC = 5000;
const ASSETS_PER_PAGE = 1000;

/** An RPC reads 200 accounts a request, Horizon one. */
const ISSUERS_PER_SYNC = {
  rpc: { verified: 10_000, others: 2500 },
  horizon: { verified: 150, others: 50 },
};

interface ReadOptions {
  readonly db: Database;
  readonly signal: AbortSignal;
}

/**
 * Remembers the issuers of the assets that ledgers have named since the last call, and looks at some of the other assets again: a
 * ledger that was stored late, in a gap, names nothing that counts as new.
 */
export async function discoverIssuers(options: ReadOptions): Promise<void> {
  const progress = await readIssuerProgress(options.db, { signal: options.signal });
  await addNamed(options, progress);
  await walkOn(options, progress);
}

async function addNamed({ db, signal }: ReadOptions, progress: IssuerProgress): Promise<void> {
  const since = progress.knownTo as LedgerSequence;
  let listed = 0;
  for await (const page of listNamedAssets(db, { since, pageSize: ASSETS_PER_PAGE, signal })) {
    const knownTo = page.at(-1)?.lastLedger ?? progress.knownTo;
    await addIssuers(db, issuersOf(page), { knownTo }, { signal });
    listed += page.length;
    if (listed >= NAMED_ASSETS_PER_SYNC) return;
  }
}

async function walkOn({ db, signal }: ReadOptions, { walkedTo }: IssuerProgress): Promise<void> {
  const after = walkedTo === null ? {} : { after: walkedTo };
  let listed = 0;
  for await (const page of listNamedAssets(db, { ...after, pageSize: ASSETS_PER_PAGE, signal })) {
    await addIssuers(db, issuersOf(page), { walkedTo: page.at(-1)?.asset ?? null }, { signal });
    listed += page.length;
    if (listed >= WALKED_ASSETS_PER_SYNC) return;
  }
  await addIssuers(db, [], { walkedTo: null }, { signal });
}

function issuersOf(assets: readonly NamedAsset[]): FoundIssuer[] {
  return assets.flatMap(({ issuer, lastLedger }) => (issuer === null ? [] : { issuer, lastLedger }));
}

export interface DueIssuersOptions extends ReadOptions {
  readonly network: NetworkState;
  /** Gets what is read, also if a later request fails. */
  readonly found: IssuerFinding[];
}

/**
 * Reads the home domains of the issuers that are due. Returns where, or null if none was due.
 *
 * @throws what the network's state throws
 */
export async function readIssuers(options: DueIssuersOptions): Promise<StateSource | null> {
  const { db, signal, network, found } = options;
  const source = network.accountSource;
  const due = await readDueIssuers(db, { ...ISSUERS_PER_SYNC[source], signal });
  const left = new Set(due);
  const ledgers: LedgerSequence[] = [];
  for await (const { records, ledger } of network.accounts(due, signal)) {
    ledgers.push(ledger);
    for (const { account, homeDomain } of records) {
      left.delete(account);
      found.push({ issuer: account, homeDomain: domainOf(homeDomain), ledger });
    }
  }
  if (ledgers.length === 0) return null;
  const [fromLedger, toLedger] = [Math.min(...ledgers), Math.max(...ledgers)];
  // There is no account that is on no page.
  for (const issuer of left) found.push({ issuer, homeDomain: null, ledger: fromLedger });
  // Whatever the source could list, only issuers of assets that ledgers have named are asked for.
  return { source, coverage: 'seen', fromLedger, toLedger };
}

function domainOf(homeDomain: string | null): string | null {
  return homeDomain === null ? null : parseHomeDomain(homeDomain);
}
