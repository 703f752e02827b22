import { BLAMES, type AssetId, type Blame } from '@stellar-insights/ledger';

/** Payment attempts by outcome, self-payments excluded. `attempts` equals `successes` plus all failures. */
export interface AnchorCounts {
  readonly attempts: number;
  readonly successes: number;
  readonly failures: Readonly<Record<Blame, number>>;
}

/** A directed corridor with its counts. */
export interface CountedCorridor extends AnchorCounts {
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
}

export interface AnchorCorridors {
  readonly counts: AnchorCounts;
  /** In the order that they were given in. */
  readonly corridors: readonly CountedCorridor[];
}

export const NO_COUNTS: AnchorCounts = { attempts: 0, successes: 0, failures: noFailures() };

/**
 * The corridors of each anchor, and their sum: those whose source or destination asset is one of the anchor's. A corridor
 * between two assets of one anchor counts once; between assets of two anchors, once for each. An anchor without corridors is
 * absent.
 */
export function countAnchors(
  corridors: Iterable<CountedCorridor>,
  anchorOf: (asset: AssetId) => string | undefined,
): Map<string, AnchorCorridors> {
  const byAnchor = new Map<string, CountedCorridor[]>();
  for (const corridor of corridors) {
    const anchors = new Set([anchorOf(corridor.sourceAsset), anchorOf(corridor.destAsset)]);
    for (const anchor of anchors) {
      if (anchor === undefined) continue;
      const own = byAnchor.get(anchor);
      if (own === undefined) byAnchor.set(anchor, [corridor]);
      else own.push(corridor);
    }
  }
  return new Map([...byAnchor].map(([anchor, own]) => [anchor, { counts: sumOf(own), corridors: own }]));
}

function sumOf(all: readonly AnchorCounts[]): AnchorCounts {
  const failures = noFailures();
  let attempts = 0;
  let successes = 0;
  for (const counts of all) {
    attempts += counts.attempts;
    successes += counts.successes;
    for (const blame of BLAMES) failures[blame] += counts.failures[blame];
  }
  return { attempts, successes, failures };
}

function noFailures(): Record<Blame, number> {
  return { sender: 0, receiver: 0, issuer: 0, market: 0, network: 0, unknown: 0 };
}
