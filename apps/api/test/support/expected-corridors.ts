import { wilsonInterval } from '@stellar-insights/analytics';
import type { Corridor } from '@stellar-insights/contract';
import {
  countedTruth,
  type CorridorTruth,
  type CountsTruth,
  type Simulation,
} from '@stellar-insights/simnet/testing';

/** The numbers of a corridor, without its assets. */
export function numbersOf({ attempted, succeeded, delivered }: CountsTruth) {
  const rate = attempted === 0 ? null : succeeded / attempted;
  return {
    attempted,
    succeeded,
    failed: attempted - succeeded,
    success_rate: { rate, sample: attempted, ...wilsonInterval(succeeded, attempted) },
    ...deliveredOf(delivered),
  };
}

function deliveredOf(stroops: bigint) {
  const digits = stroops.toString().padStart(8, '0');
  return { delivered: `${digits.slice(0, -7)}.${digits.slice(-7)}`, delivered_stroops: stroops.toString() };
}

export function expectedCorridor(truth: CorridorTruth, includeSelf: boolean): Corridor {
  const { attempted, succeeded, delivered } = truth.self;
  return {
    source_asset: truth.sourceAsset,
    dest_asset: truth.destAsset,
    ...numbersOf(countedTruth(truth, includeSelf)),
    self: { attempted, succeeded, ...deliveredOf(delivered) },
    // No health was computed yet.
    health: { status: 'unknown', since: null, main_reason: null },
  };
}

export function expectedList(simulation: Simulation, windowMs: number, includeSelf: boolean): Corridor[] {
  return expectedRange(simulation, { from: simulation.beginning(windowMs) }, includeSelf);
}

/** Of the buckets that begin in the range. */
export function expectedRange(
  simulation: Simulation,
  { from, to }: { readonly from: number; readonly to?: number },
  includeSelf: boolean,
): Corridor[] {
  return simulation
    .corridors(from, to)
    .map((truth) => expectedCorridor(truth, includeSelf))
    .filter(({ attempted }) => attempted > 0)
    .toSorted(byAssets);
}

export function byAssets(a: Corridor, b: Corridor): number {
  const [left, right] = [a, b].map((one) => `${one.source_asset} ${one.dest_asset}`) as [string, string];
  return left < right ? -1 : 1;
}
