import { FAILURES_THAT_COUNT, isUnreachable, type VerifiedIssuer } from '@stellar-insights/analytics';
import type { AnchorState, DomainFile, FileFinding, Findings } from '@stellar-insights/db/anchors';
import type { AccountId } from '@stellar-insights/ledger';

/** What is known of issuers and files once the findings count. */
export interface FoundState {
  /** The findings that count: another sync may have found something later. */
  readonly findings: Findings;
  /** The domain of each issuer whose home domain's file names it. */
  readonly verified: ReadonlyMap<AccountId, string>;
  /** Issuers that became verified, and that are so no more. */
  readonly listed: readonly AccountId[];
  readonly unlisted: readonly AccountId[];
  readonly files: ReadonlyMap<string, DomainFile>;
}

/** @param at the time of the findings, in unix milliseconds */
export function applyFindings(state: AnchorState, found: Findings, at: number): FoundState {
  const findings = {
    issuers: found.issuers.filter(({ issuer }) => !state.outdated.has(issuer)),
    // The row of a domain goes with the anchor that an operator removes.
    files: found.files.filter(({ domain, askedAt }) => {
      const stored = state.files.get(domain);
      return stored !== undefined && askedAt > (stored.answeredAt ?? 0);
    }),
  };
  const files = new Map(state.files);
  for (const finding of findings.files) {
    files.set(finding.domain, fileAfter(state.files.get(finding.domain), finding, at));
  }
  const verified = verifiedAfter(state, findings, files);
  const before = new Set(state.verified.map(({ issuer }) => issuer));
  return {
    findings,
    verified,
    files,
    listed: [...verified.keys()].filter((issuer) => !before.has(issuer)),
    unlisted: [...before].filter((issuer) => !verified.has(issuer)),
  };
}

/** The last file counts while its domain cannot be reached; not if the domain answers repeatedly without a file. */
function fileAfter(before: DomainFile | undefined, finding: FileFinding, at: number): DomainFile {
  const { askedAt: answeredAt, file, failure } = finding;
  if (file !== null) return { answeredAt, failures: 0, failure: null, readAt: at, file };
  const failures = (before?.failures ?? 0) + 1;
  const isGone = !isUnreachable(failure) && failures >= FAILURES_THAT_COUNT;
  return {
    answeredAt,
    failures,
    failure,
    readAt: before?.readAt ?? null,
    file: isGone ? null : (before?.file ?? null),
  };
}

function verifiedAfter(
  state: AnchorState,
  findings: Findings,
  files: ReadonlyMap<string, DomainFile>,
): Map<AccountId, string> {
  const verified = new Map(state.verified.map(({ issuer, domain }) => [issuer, domain]));
  const foundDomains = new Set(findings.files.map(({ domain }) => domain));
  // Of a file that was found, only what it names now counts.
  const named = ({ issuer, domain }: VerifiedIssuer): boolean =>
    files.get(domain)?.file?.issuers.includes(issuer) === true;
  for (const [issuer, domain] of verified) {
    if (foundDomains.has(domain) && !named({ issuer, domain })) verified.delete(issuer);
  }
  for (const pair of state.listedBy) {
    if (foundDomains.has(pair.domain) && named(pair)) verified.set(pair.issuer, pair.domain);
  }
  for (const { issuer, homeDomain } of findings.issuers) {
    const isNamed =
      homeDomain !== null &&
      (foundDomains.has(homeDomain) ? named({ issuer, domain: homeDomain }) : state.listedFound.has(issuer));
    if (isNamed) verified.set(issuer, homeDomain);
    else verified.delete(issuer);
  }
  return verified;
}
