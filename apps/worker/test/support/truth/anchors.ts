import { readSnapshot, type Database } from '@stellar-insights/db';
import { listAnchors, readAnchorWindows } from '@stellar-insights/db/anchors';
import { isPaymentAttempt, type AccountId, type LedgerFacts } from '@stellar-insights/ledger';
import { expect } from 'vitest';
import { namedBy } from './named.ts';
import type { SimulatedNetwork } from './simulated-network.ts';

/** When an anchor is degraded. */
export const RULE = { threshold: 0.9, minAttempts: 20 };

const [DAY_MS, FIVE_MINUTES] = [86_400_000, 300_000];

export function storedAnchors(db: Database) {
  const options = { window: '24h', by: 'id', descending: false, limit: 100 } as const;
  return readSnapshot(db, (tx) => listAnchors(tx, options));
}

/** `degraded`: the ids of those that were degraded after the sync before; they are changed to those after this one. */
export async function expectTrueAnchors(
  db: Database,
  { simnet, ledgers, truth }: SimulatedNetwork,
  degraded: Set<string>,
): Promise<void> {
  const found = await storedAnchors(db);
  const named = namedBy(ledgers).assets;
  const expected = simnet.network.cast.anchors
    .filter(({ asset }) => named.has(asset.id))
    .map(({ asset }) => ({
      issuers: [asset.issuer.id],
      domain: truth.account(asset.issuer.id)?.homeDomain ?? '',
    }));
  const byDomain = <T extends { domain: string }>(all: readonly T[]) =>
    all.toSorted((left, right) => (left.domain < right.domain ? -1 : 1));
  const stored = found.map(({ issuerList, domain }) => ({ issuers: issuerList, domain }));
  expect(byDomain(stored)).toEqual(byDomain(expected));

  const end = ledgers.at(-1)?.header.closedAt ?? 0;
  const begin = (days: number) => Math.floor((end - days * DAY_MS) / FIVE_MINUTES) * FIVE_MINUTES;
  const windows = await db.run(readAnchorWindows);
  expect([windows?.['24h'].from, windows?.['7d'].from]).toEqual([begin(1), begin(7)]);
  for (const { id, issuerList, counts, status } of found) {
    const [issuer] = issuerList;
    if (issuer === undefined) throw new RangeError(`found no issuer of ${id}`);
    expect(counts).toEqual({
      '24h': countAttempts(ledgers, issuer, begin(1)),
      '7d': countAttempts(ledgers, issuer, begin(7)),
    });
    const { lower, upper } = wilson(counts['24h']);
    if (counts['24h'].attempts >= RULE.minAttempts) {
      if (upper < RULE.threshold) degraded.add(id);
      if (lower > RULE.threshold) degraded.delete(id);
    }
    expect([id, status]).toEqual([id, degraded.has(id) ? 'degraded' : 'healthy']);
  }
}

/** The attempts of corridors with an asset of the issuer, in ledgers that closed from that time on; self-payments excluded. */
function countAttempts(ledgers: readonly LedgerFacts[], issuer: AccountId, from: number) {
  const attempts = ledgers
    .filter(({ header }) => header.closedAt >= from)
    .flatMap(({ payments }) => payments)
    .filter(({ type, isSelfPayment }) => isPaymentAttempt(type) && !isSelfPayment)
    .filter(({ sourceAsset, destAsset }) => sourceAsset.endsWith(issuer) || destAsset.endsWith(issuer));
  const failures = { sender: 0, receiver: 0, issuer: 0, market: 0, network: 0, unknown: 0 };
  for (const { failure } of attempts) if (failure !== null) failures[failure.blame] += 1;
  const successes = attempts.filter(({ failure }) => failure === null).length;
  return { attempts: attempts.length, successes, failures };
}

/** The ends of Wilson's interval of 95 %. */
function wilson({ attempts, successes }: { readonly attempts: number; readonly successes: number }) {
  const z = 1.959963984540054;
  const [n, p] = [attempts, successes / attempts];
  const middle = p + z ** 2 / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  return { lower: (middle - half) / (1 + z ** 2 / n), upper: (middle + half) / (1 + z ** 2 / n) };
}
