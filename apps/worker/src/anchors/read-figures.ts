import { randomUUID } from 'node:crypto';
import {
  countAnchors,
  type AnchorCorridors,
  type AnchorIncident,
  type AnchorWindowName,
  type AnchorWindows,
} from '@stellar-insights/analytics';
import type { Transaction } from '@stellar-insights/db';
import {
  countIssuerCorridors,
  readIssuedAssets,
  readRevocations,
  windowOf,
  type AnchorPublication,
  type AnchorState,
} from '@stellar-insights/db/anchors';
import type { Window } from '@stellar-insights/db/corridors';
import type { AccountId, AssetId } from '@stellar-insights/ledger';
import type { FoundState } from './apply-findings.ts';
import type { AnchorIdentity } from './assess-anchors.ts';

const WINDOW_MS = { '24h': 86_400_000, '7d': 7 * 86_400_000 };
/** The most ledgers whose trustline operations one sync looks at. */
const REVOCATION_LEDGERS = 5000;

/** The anchor of each verified issuer. */
type AnchorOf = ReadonlyMap<AccountId, string>;

/** What the corridors of all anchors count. */
export interface AnchorNumbers {
  readonly windows: AnchorWindows | null;
  /** The window of 24 hours. */
  readonly window: Window | null;
  readonly counted: Readonly<Record<AnchorWindowName, ReadonlyMap<string, AnchorCorridors>>>;
}

export async function readNumbers(tx: Transaction, anchorOf: AnchorOf): Promise<AnchorNumbers> {
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

/** The assets that the issuers of anchors have issued, and whether the anchor's file names them. */
export async function readAssets(
  tx: Transaction,
  anchorOf: AnchorOf,
  anchors: readonly AnchorIdentity[],
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

/** The revocations by the issuers of anchors since the last sync. The first sync begins with what comes after it. */
export async function readRevoked(
  tx: Transaction,
  { lastLedger, revokedTo }: AnchorState,
  anchorOf: AnchorOf,
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
