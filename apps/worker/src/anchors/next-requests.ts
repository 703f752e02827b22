import type { IssuerRange } from '@stellar-insights/analytics';
import type { AnchorPublication, FileRow } from '@stellar-insights/db/anchors';
import type { FoundState } from './apply-findings.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Jobs do not start at exact intervals: what is due at the next one must be so a little earlier. */
const SOONER = 0.9;
/** Intervals between two requests to the domain of an anchor that fails. */
const MOST_INTERVALS = 8;
const LONGEST_CANDIDATE_MS = 14 * DAY_MS;

interface NextOptions {
  /** The time of the findings, in unix milliseconds. */
  readonly at: number;
  readonly intervalMs: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** How long a domain or an issuer has to wait that was asked for in this sync, so that the next one asks again. */
export function untilNextSync(intervalMs: number): number {
  return intervalMs * SOONER;
}

/**
 * Verified issuers are read with every sync, and so are the last ones of an anchor that has none, which may come back; others once
 * a day.
 */
export function issuerRows(
  { findings, verified }: FoundState,
  ranges: readonly IssuerRange[],
  { at, intervalMs, random }: NextOptions,
): AnchorPublication['issuers'] {
  const anchorIssuers = new Set(ranges.map(({ issuer }) => issuer));
  return findings.issuers.map((finding) => {
    const { issuer } = finding;
    const isSoon = verified.has(issuer) || anchorIssuers.has(issuer);
    return { ...finding, nextAt: at + (isSoon ? untilNextSync(intervalMs) : spread(DAY_MS, random)) };
  });
}

/** The domains that issuers of anchors name now. A file there may name them later than they name its domain. */
export function domainsOfIssuers(
  { findings }: Pick<FoundState, 'findings'>,
  ranges: readonly IssuerRange[],
): string[] {
  const anchorIssuers = new Set(ranges.map(({ issuer }) => issuer));
  return findings.issuers.flatMap(({ issuer, homeDomain }) =>
    homeDomain !== null && anchorIssuers.has(issuer) ? [homeDomain] : [],
  );
}

/** Files of anchors are read with every sync, candidates once a day; each failure doubles the time. */
export function fileRows(
  { findings, files }: FoundState,
  anchorDomains: ReadonlySet<string>,
  { at, intervalMs, random }: NextOptions,
): FileRow[] {
  return findings.files.flatMap((finding) => {
    const { domain, askedAt } = finding;
    const file = files.get(domain);
    if (file === undefined) return [];
    const isAnchors = anchorDomains.has(domain);
    const doublings = 2 ** Math.max(0, file.failures - 1);
    const waitMs = isAnchors
      ? untilNextSync(intervalMs) * Math.min(doublings, MOST_INTERVALS)
      : spread(file.failures === 0 ? DAY_MS : Math.min(HOUR_MS * doublings, LONGEST_CANDIDATE_MS), random);
    const askedMs = finding.failure === null ? 0 : Math.min(finding.retryAfterMs ?? 0, DAY_MS);
    return { domain, ...file, askedAt, nextAt: Math.max(askedAt + waitMs, at + askedMs) };
  });
}

/** ±10 %, so that what became due together does not stay so. */
function spread(ms: number, random: () => number): number {
  return ms * (0.9 + random() / 5);
}
