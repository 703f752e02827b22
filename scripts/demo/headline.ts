import type { CorridorList, Network } from '@stellar-insights/contract';

/** What is known at one moment. */
export interface Snapshot {
  readonly network: Network['data'];
  /** Empty before the first ledger is stored. */
  readonly corridors: CorridorList['data'];
  /** Why they are not up to date. */
  readonly fault: string | undefined;
  /** What has become of the demo's webhook. */
  readonly webhook: string;
  /** What is said of pools, trustlines, anchors and older ledgers, a line each. */
  readonly state: readonly string[];
}

type Corridor = Snapshot['corridors'][number];

/** The state of the network in one line. */
export function headline({ network, corridors, fault, webhook }: Snapshot, now: number): string {
  if (network.cursor === null) return 'waiting for the first ledger';
  const { sequence, closed_at } = network.cursor;
  const age = Math.max(0, Math.round((now - Date.parse(closed_at)) / 1000));
  const attempted = sum(corridors, ({ attempted: count }) => count);
  const succeeded = sum(corridors, ({ succeeded: count }) => count);
  const share = attempted === 0 ? 'none yet' : `${((succeeded / attempted) * 100).toFixed(1)} % succeeded`;
  return [
    `ledger ${sequence}, closed ${age} s ago, ${network.lag_ledgers ?? 0} behind`,
    `${corridors.length} corridors`,
    `${grouped(attempted)} payments, ${share}`,
    webhook,
    ...(fault === undefined ? [] : [`corridors: ${fault}`]),
    ...network.tasks.flatMap(({ task, error_code }) =>
      error_code === null ? [] : [`${task}: ${error_code}`],
    ),
  ].join(' · ');
}

function sum(corridors: readonly Corridor[], count: (corridor: Corridor) => number): number {
  return corridors.reduce((total, corridor) => total + count(corridor), 0);
}

/** `1234567` as `1,234,567`. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
