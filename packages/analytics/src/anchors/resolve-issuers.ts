import type { AccountId } from '@stellar-insights/ledger';
import { byCodeUnits } from '../corridors/tally.ts';

/** An issuer and the file of a domain that name each other. */
export interface VerifiedIssuer {
  readonly issuer: AccountId;
  readonly domain: string;
}

/** That an issuer is, or was at last, an anchor's: `to` is null while it is. */
export interface IssuerRange extends VerifiedIssuer {
  readonly anchor: string;
  readonly to: number | null;
}

export interface KnownAnchor {
  readonly id: string;
  readonly domain: string;
  readonly createdAt: number;
  /** A removed anchor keeps its domain, and gets no issuers. */
  readonly isRemoved: boolean;
}

export interface IssuerChanges {
  readonly created: readonly { readonly id: string; readonly domain: string }[];
  readonly moved: readonly { readonly anchor: string; readonly before: string; readonly after: string }[];
  readonly ended: readonly IssuerRange[];
  readonly begun: readonly (VerifiedIssuer & { readonly anchor: string })[];
}

/**
 * Gives each verified issuer to the anchor of its domain. A domain that is no anchor's becomes the domain of the anchor whose
 * last issuers are all there, if there is one; else a new anchor is made for it. So an anchor follows its issuers, and an
 * issuer that left it earlier cannot lead it away.
 *
 * @param ranges those that last; of an anchor that has none, those that ended last
 */
export function resolveIssuers(
  verified: readonly VerifiedIssuer[],
  anchors: readonly KnownAnchor[],
  ranges: readonly IssuerRange[],
): IssuerChanges {
  const domainOf = new Map(verified.map(({ issuer, domain }) => [issuer, domain]));
  const domains = [...new Set(domainOf.values())].toSorted(byCodeUnits);
  const byDomain = new Map(anchors.map((anchor) => [anchor.domain, anchor]));
  const taken = new Set(anchors.map(({ id }) => id));
  const followers = anchorsThatFollow(anchors, ranges, domainOf);

  const created: { id: string; domain: string }[] = [];
  const moved: { anchor: string; before: string; after: string }[] = [];
  for (const domain of domains) {
    if (byDomain.has(domain)) continue;
    const follower = followers.get(domain);
    if (follower === undefined) {
      const id = freeId(domain, taken);
      taken.add(id);
      created.push({ id, domain });
      byDomain.set(domain, { id, domain, createdAt: 0, isRemoved: false });
    } else {
      moved.push({ anchor: follower.id, before: follower.domain, after: domain });
      byDomain.set(domain, follower);
    }
  }
  const changes = changedRanges(domainOf, byDomain, ranges);
  return { created, moved, ...changes };
}

/** By domain, the anchor that has no issuer on its own domain and whose last issuers are all on that one. */
function anchorsThatFollow(
  anchors: readonly KnownAnchor[],
  ranges: readonly IssuerRange[],
  domainOf: ReadonlyMap<AccountId, string>,
): Map<string, KnownAnchor> {
  const occupied = new Set(domainOf.values());
  const lastIssuers = Map.groupBy(ranges, ({ anchor }) => anchor);
  const followers = new Map<string, KnownAnchor>();
  // The oldest anchor has precedence.
  const sorted = anchors.toSorted((a, b) => a.createdAt - b.createdAt || byCodeUnits(a.id, b.id));
  for (const anchor of sorted) {
    if (anchor.isRemoved || occupied.has(anchor.domain)) continue;
    const targets = new Set(lastIssuers.get(anchor.id)?.map(({ issuer }) => domainOf.get(issuer)));
    const [target] = targets;
    if (target !== undefined && targets.size === 1 && !followers.has(target)) followers.set(target, anchor);
  }
  return followers;
}

function changedRanges(
  domainOf: ReadonlyMap<AccountId, string>,
  byDomain: ReadonlyMap<string, KnownAnchor>,
  ranges: readonly IssuerRange[],
): Pick<IssuerChanges, 'ended' | 'begun'> {
  const now = new Map(ranges.filter(({ to }) => to === null).map((range) => [range.issuer, range]));
  const ended: IssuerRange[] = [];
  const begun: (VerifiedIssuer & { anchor: string })[] = [];
  const kept = new Set<AccountId>();
  for (const [issuer, domain] of domainOf) {
    const anchor = byDomain.get(domain);
    if (anchor === undefined || anchor.isRemoved) continue;
    const range = now.get(issuer);
    if (range?.anchor === anchor.id && range.domain === domain) kept.add(issuer);
    else begun.push({ anchor: anchor.id, issuer, domain });
  }
  for (const range of now.values()) if (!kept.has(range.issuer)) ended.push(range);
  return { ended, begun };
}

/** No domain has an underscore. */
function freeId(domain: string, taken: ReadonlySet<string>): string {
  if (!taken.has(domain)) return domain;
  let number = 2;
  while (taken.has(`${domain}_${number}`)) number += 1;
  return `${domain}_${number}`;
}
