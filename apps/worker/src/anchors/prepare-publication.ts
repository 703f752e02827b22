import { randomUUID } from 'node:crypto';
import {
  ANCHOR_WINDOWS,
  countAnchors,
  NO_COUNTS,
  resolveIssuers,
  type AnchorCorridors,
  type AnchorIncident,
  type AnchorWindowName,
  type AnchorWindows,
  type HealthRule,
  type IssuerChanges,
} from '@stellar-insights/analytics';
import type { Transaction } from '@stellar-insights/db';
import {
  countIssuerCorridors,
  readAnchorState,
  readIssuedAssets,
  readMainFailure,
  readRevocations,
  windowOf,
  type AnchorPublication,
  type AnchorState,
  type Findings,
} from '@stellar-insights/db/anchors';
import type { Window } from '@stellar-insights/db/corridors';
import type { AccountId, AssetId } from '@stellar-insights/ledger';
import { anchorEvent, type AnchorEvent } from '@stellar-insights/wire';
import { applyFindings, type FoundState } from './apply-findings.ts';
import { assessOne, isShownSame, type AnchorPlace, type AssessedAnchor } from './assess-anchors.ts';
import { domainsOfIssuers, fileRows, issuerRows } from './next-requests.ts';
import { snapshotOf, type StateReading } from './state-reading.ts';

const WINDOW_MS = { '24h': 86_400_000, '7d': 7 * 86_400_000 };
/** The most corridors of an anchor that are kept. */
const MOST_CORRIDORS = 100;
/** The most ledgers whose trustline operations one sync looks at. */
const REVOCATION_LEDGERS = 5000;

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
  const changes = resolveIssuers(verified, state.anchors, state.tenures);
  const anchors = anchorsAfter(state, changes, at);
  const anchorOf = membersAfter(state, changes);
  const numbers = await readNumbers(tx, anchorOf);
  const assets = await readAssets(tx, anchorOf, anchors, found);
  const { assessed } = await assess(tx, { state, found, anchors, anchorOf, numbers, assets, at, options });
  const revocations = await readIncidents(tx, state, anchorOf);
  const ownDomains = [...anchors.map(({ domain }) => domain), ...domainsOfIssuers(found, state.tenures)];
  return {
    ...snapshotOf(state, options.reading, options.intervalMs),
    at,
    issuers: issuerRows(found, state.tenures, { ...options, at }),
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
    tenures: { ended: changes.ended, begun: changes.begun },
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
function anchorsAfter(state: AnchorState, changes: IssuerChanges, at: number): AnchorPlace[] {
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
function membersAfter({ tenures }: AnchorState, { ended, begun }: IssuerChanges): Map<AccountId, string> {
  const present = tenures.filter((tenure) => tenure.to === null && !ended.includes(tenure));
  return new Map([...present, ...begun].map(({ issuer, anchor }) => [issuer, anchor]));
}

interface Numbers {
  readonly windows: AnchorWindows | null;
  /** The window of 24 hours. */
  readonly window: Window | null;
  readonly counted: Readonly<Record<AnchorWindowName, ReadonlyMap<string, AnchorCorridors>>>;
}

async function readNumbers(tx: Transaction, anchorOf: ReadonlyMap<AccountId, string>): Promise<Numbers> {
  const issuers = [...anchorOf.keys()];
  const ofAsset = (asset: AssetId): string | undefined =>
    anchorOf.get(asset.slice(asset.lastIndexOf(':') + 1) as AccountId);
  const day = await countIssuerCorridors(tx, { windowMs: WINDOW_MS['24h'], issuers });
  const week = await countIssuerCorridors(tx, { windowMs: WINDOW_MS['7d'], issuers });
  return {
    window: day.window,
    windows:
      day.window === null || week.window === null
        ? null
        : { '24h': windowOf(day.window), '7d': windowOf(week.window) },
    counted: { '24h': countAnchors(day.corridors, ofAsset), '7d': countAnchors(week.corridors, ofAsset) },
  };
}

async function readAssets(
  tx: Transaction,
  anchorOf: ReadonlyMap<AccountId, string>,
  anchors: readonly AnchorPlace[],
  { files }: FoundState,
): Promise<AnchorPublication['assets']> {
  const listed = new Map(
    anchors.map(({ id, domain }) => [id, new Set<AssetId>(files.get(domain)?.file?.assets)]),
  );
  const issued = await readIssuedAssets(tx, [...anchorOf.keys()]);
  return issued.flatMap(({ issuer, asset }) => {
    const anchor = anchorOf.get(issuer);
    return anchor === undefined ? [] : { anchor, asset, isListed: listed.get(anchor)?.has(asset) === true };
  });
}

interface Assessment {
  readonly state: AnchorState;
  readonly found: FoundState;
  readonly anchors: readonly AnchorPlace[];
  readonly anchorOf: ReadonlyMap<AccountId, string>;
  readonly numbers: Numbers;
  readonly assets: AnchorPublication['assets'];
  readonly at: number;
  readonly options: PublicationOptions;
}

async function assess(
  tx: Transaction,
  { state, found, anchors, anchorOf, numbers, assets, at, options }: Assessment,
): Promise<{ assessed: AssessedAnchor[] }> {
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
  for (const place of anchors) {
    const facts = {
      place,
      before: stored.get(place.id) ?? null,
      fileBefore: state.files.get(place.domain),
      file: found.files.get(place.domain),
      issuers: (issuersOf.get(place.id) ?? []).toSorted(),
      assets: assetsOf.get(place.id)?.length ?? 0,
      counts: counted['24h'].get(place.id)?.counts ?? NO_COUNTS,
    };
    assessed.push(await assessOne(facts, assessOptions));
  }
  return { assessed };
}

/** The revocations by the issuers of anchors since the last sync. The first sync begins with what comes after it. */
async function readIncidents(
  tx: Transaction,
  { lastLedger, revokedTo }: AnchorState,
  anchorOf: ReadonlyMap<AccountId, string>,
): Promise<{ to: number | null; incidents: (AnchorIncident & { anchor: string })[] }> {
  if (lastLedger === null || revokedTo === null) return { to: lastLedger, incidents: [] };
  const to = Math.min(lastLedger, revokedTo + REVOCATION_LEDGERS);
  const revocations = await readRevocations(tx, { after: revokedTo, to, issuers: [...anchorOf.keys()] });
  const incidents = revocations.flatMap(({ issuer, asset, operations, ledger, closedAt }) => {
    const anchor = anchorOf.get(issuer);
    if (anchor === undefined) return [];
    const details = { asset, operations };
    const times = { startedAt: closedAt, endedAt: closedAt };
    return { id: randomUUID(), anchor, kind: 'authorization_revoked' as const, details, ledger, ...times };
  });
  return { to, incidents };
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
