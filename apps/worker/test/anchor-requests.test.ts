import type { DomainFile } from '@stellar-insights/db/anchors';
import type { AccountId } from '@stellar-insights/ledger';
import { describe, expect, it } from 'vitest';
import { domainsOfIssuers, fileRows, issuerRows } from '../src/anchors/next-requests.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const AT = 1_000_000_000;
const INTERVAL_MS = 10 * MINUTE_MS;
/** 0.5: nothing is spread. */
const options = { at: AT, intervalMs: INTERVAL_MS, random: () => 0.5 };

interface Outcome {
  readonly failures: number;
  readonly retryAfterMs?: number;
  readonly ofAnchor: boolean;
}

/** How long a domain waits after this many failures in a row. */
function waitAfter({ failures, retryAfterMs, ofAnchor }: Outcome): number {
  const domain = 'a.example';
  const failure = failures === 0 ? null : 'timed_out';
  const stored: DomainFile = { answeredAt: AT, failures, failure, readAt: null, file: null };
  const finding = { domain, askedAt: AT, file: null, failure, retryAfterMs } as never;
  const found = {
    findings: { issuers: [], files: [finding] },
    verified: new Map(),
    listed: [],
    unlisted: [],
    files: new Map([[domain, stored]]),
  };
  const [row] = fileRows(found, new Set(ofAnchor ? [domain] : []), options);
  return (row?.nextAt ?? 0) - AT;
}

describe('the next request for a file', () => {
  it.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [9, 8],
  ])('of an anchor after %i failures comes after %i intervals, a little sooner', (failures, intervals) => {
    expect(waitAfter({ failures, ofAnchor: true })).toBe(intervals * INTERVAL_MS * 0.9);
  });

  it.each([
    [0, DAY_MS],
    [1, HOUR_MS],
    [2, 2 * HOUR_MS],
    [9, 256 * HOUR_MS],
    [99, 14 * DAY_MS],
  ])('of a candidate after %i failures comes after %i ms', (failures, wait) => {
    expect(waitAfter({ failures, ofAnchor: false })).toBe(wait);
  });

  it('comes when the domain has asked for it, but within a day', () => {
    const retried = (retryAfterMs: number) => waitAfter({ failures: 1, retryAfterMs, ofAnchor: true });
    expect(retried(HOUR_MS)).toBe(HOUR_MS);
    expect(retried(1000)).toBe(INTERVAL_MS * 0.9);
    expect(retried(100 * DAY_MS)).toBe(DAY_MS);
  });
});

it('issuers of anchors are read with the next sync, also the last ones of an anchor that has none; others after a day', () => {
  const [now, last, other] = ['G1', 'G2', 'G3'] as AccountId[] as [AccountId, AccountId, AccountId];
  const found = {
    findings: {
      issuers: [now, last, other].map((issuer) => ({ issuer, homeDomain: null, ledger: 1 })),
      files: [],
    },
    verified: new Map([[now, 'a.example']]),
    listed: [],
    unlisted: [],
    files: new Map(),
  };
  const ranges = [{ anchor: 'a.example', issuer: last, domain: 'a.example', to: 5 }];
  const waits = issuerRows(found, ranges, options).map(({ nextAt }) => nextAt - AT);
  expect(waits).toStrictEqual([INTERVAL_MS * 0.9, INTERVAL_MS * 0.9, DAY_MS]);
});

it('the domains of anchors are also those that their issuers name now', () => {
  const [moved, closed, other] = ['G1', 'G2', 'G3'] as AccountId[] as [AccountId, AccountId, AccountId];
  const issuers = [
    { issuer: moved, homeDomain: 'new.example', ledger: 1 },
    { issuer: closed, homeDomain: null, ledger: 1 },
    { issuer: other, homeDomain: 'other.example', ledger: 1 },
  ];
  const ranges = [moved, closed].map((issuer) => ({
    anchor: 'a.example',
    issuer,
    domain: 'a.example',
    to: null,
  }));
  expect(domainsOfIssuers({ findings: { issuers, files: [] } }, ranges)).toStrictEqual(['new.example']);
});
