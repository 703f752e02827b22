import {
  ANCHOR_WINDOWS,
  NO_COUNTS,
  resolveIssuers,
  type AnchorWindows,
  type HealthRule,
  type IssuerChanges,
} from '@stellar-insights/analytics';
import type { Transaction } from '@stellar-insights/db';
import {
  readAnchorState,
  readMainFailure,
  type AnchorPublication,
  type AnchorState,
  type Findings,
} from '@stellar-insights/db/anchors';
import type { AccountId } from '@stellar-insights/ledger';
import { anchorEvent, type AnchorEvent } from '@stellar-insights/wire';
import { applyFindings, type FoundState } from './apply-findings.ts';
import { assessOne, isShownSame, type AnchorIdentity, type AssessedAnchor } from './assess-anchors.ts';
import { domainsOfIssuers, fileRows, issuerRows } from './next-requests.ts';
import { readAssets, readNumbers, readRevoked, type AnchorNumbers } from './read-figures.ts';
import { snapshotOf, type StateReading } from './state-reading.ts';

/** The most corridors of an anchor that are kept. */
const MOST_CORRIDORS = 100;

export interface PublicationOptions {
  readonly rule: HealthRule;
  readonly intervalMs: number;
  readonly reading: StateReading;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface PreparedPublication extends AnchorPublication {
  readonly events: readonly AnchorEvent[];
}

/** The next snapshot of all anchors. Run it in a snapshot of the database. */
export async function preparePublication(
  tx: Transaction,
  findings: Findings,
  options: PublicationOptions,
): Promise<PreparedPublication> {
  const state = await readAnchorState(tx, findings);
  const at = state.sync.readAt;
  const found = applyFindings(state, findings, at);
  const verified = [...found.verified].map(([issuer, domain]) => ({ issuer, domain }));
  const changes = resolveIssuers(verified, state.anchors, state.issuerRanges);
  const anchors = anchorsAfter(state, changes, at);
  const anchorOf = membersAfter(state, changes);
  const numbers = await readNumbers(tx, anchorOf);
  const assets = await readAssets(tx, anchorOf, anchors, found);
  const assessed = await assess(tx, { state, found, anchors, anchorOf, numbers, assets, at, options });
  const revocations = await readRevoked(tx, state, anchorOf);
  const ownDomains = [...anchors.map(({ domain }) => domain), ...domainsOfIssuers(found, state.issuerRanges)];
  return {
    ...snapshotOf(state, options.reading, options.intervalMs),
    at,
    issuers: issuerRows(found, state.issuerRanges, { ...options, at }),
    listed: found.listed,
    unlisted: found.unlisted,
    files: fileRows(found, new Set(ownDomains), { ...options, at }),
    domainsTaken: [
      ...changes.created.map(({ domain }) => domain),
      ...changes.moved.map(({ after }) => after),
    ],
    domainsLeft: changes.moved.map(({ before }) => before),
    anchors: assessed.filter(({ isChanged }) => isChanged).map(({ row: { counts: _, ...row } }) => row),
    moved: [
      ...changes.created.map(({ id, domain }) => ({ anchor: id, domain })),
      ...changes.moved.map(({ anchor, after }) => ({ anchor, domain: after })),
    ],
    issuerRanges: { ended: changes.ended, begun: changes.begun },
    counts: ANCHOR_WINDOWS.flatMap((window) =>
      [...numbers.counted[window]].map(([anchor, { counts }]) => ({ anchor, window, ...counts })),
    ),
    corridors: [...numbers.counted['24h']].flatMap(([anchor, { corridors }]) =>
      corridors.slice(0, MOST_CORRIDORS).map((corridor) => ({ anchor, ...corridor })),
    ),
    assets,
    windows: numbers.windows,
    revokedTo: revocations.to,
    changed: assessed
      .filter(({ row, before }) => !isShownSame(row, before))
      .map(({ row: { id, status, issuers, assets: assetCount, counts } }) => ({
        anchor: id,
        status,
        issuers,
        assets: assetCount,
        counts,
      })),
    ended: assessed.filter(({ hasNewStatus }) => hasNewStatus).map(({ row }) => row.id),
    begun: [
      ...assessed.flatMap(({ row, incidents }) =>
        incidents.map((incident) => ({ ...incident, anchor: row.id })),
      ),
      ...revocations.incidents,
    ],
    events: assessed.filter(({ hasNewStatus }) => hasNewStatus).map((one) => eventOf(one, numbers.windows)),
  };
}

/** Those that are not removed. */
function anchorsAfter(state: AnchorState, changes: IssuerChanges, at: number): AnchorIdentity[] {
  const domainOf = new Map(changes.moved.map(({ anchor, after }) => [anchor, after]));
  return [
    ...state.anchors
      .filter(({ isRemoved }) => !isRemoved)
      .map(({ id, domain, origin, createdAt }) => ({
        id,
        domain: domainOf.get(id) ?? domain,
        origin,
        createdAt,
      })),
    ...changes.created.map(({ id, domain }) => ({
      id,
      domain,
      origin: 'discovered' as const,
      createdAt: at,
    })),
  ];
}

/** The anchor of each verified issuer. */
function membersAfter(
  { issuerRanges }: AnchorState,
  { ended, begun }: IssuerChanges,
): Map<AccountId, string> {
  const present = issuerRanges.filter((range) => range.to === null && !ended.includes(range));
  return new Map([...present, ...begun].map(({ issuer, anchor }) => [issuer, anchor]));
}

interface Assessment {
  readonly state: AnchorState;
  readonly found: FoundState;
  readonly anchors: readonly AnchorIdentity[];
  readonly anchorOf: ReadonlyMap<AccountId, string>;
  readonly numbers: AnchorNumbers;
  readonly assets: AnchorPublication['assets'];
  readonly at: number;
  readonly options: PublicationOptions;
}

async function assess(
  tx: Transaction,
  { state, found, anchors, anchorOf, numbers, assets, at, options }: Assessment,
): Promise<AssessedAnchor[]> {
  const stored = new Map(state.anchors.map((anchor) => [anchor.id, anchor]));
  const issuersOf = Map.groupBy(anchorOf.keys(), (issuer) => anchorOf.get(issuer));
  const assetsOf = Map.groupBy(assets, ({ anchor }) => anchor);
  const { window, counted } = numbers;
  const assessOptions = {
    at,
    rule: options.rule,
    networkPassphrase: state.networkPassphrase,
    hasSource: options.reading.hasSource,
    mainFailure: async (anchor: string) => {
      const { corridors = [] } = counted['24h'].get(anchor) ?? {};
      return window === null || corridors.length === 0 ? null : readMainFailure(tx, { window, corridors });
    },
  };
  const assessed: AssessedAnchor[] = [];
  for (const identity of anchors) {
    const facts = {
      identity,
      before: stored.get(identity.id) ?? null,
      fileBefore: state.files.get(identity.domain),
      file: found.files.get(identity.domain),
      issuers: (issuersOf.get(identity.id) ?? []).toSorted(),
      assets: assetsOf.get(identity.id)?.length ?? 0,
      counts: counted['24h'].get(identity.id)?.counts ?? NO_COUNTS,
    };
    assessed.push(await assessOne(facts, assessOptions));
  }
  return assessed;
}

function eventOf({ row, before, issuers }: AssessedAnchor, windows: AnchorWindows | null): AnchorEvent {
  const { id, domain, status, reason, since, counts } = row;
  return anchorEvent({
    id,
    domain,
    status,
    before: before?.status ?? null,
    reason,
    since,
    issuers,
    counts,
    window: windows?.['24h'] ?? null,
  });
}
