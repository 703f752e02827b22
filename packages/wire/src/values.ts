import { toNumber, wilsonInterval, type Ratio as ExactRatio } from '@stellar-insights/analytics';
import type { Rate, Ratio } from '@stellar-insights/contract';

const STROOPS_PER_UNIT = 10_000_000n;

/** Stroops as a decimal of the asset's unit, exact. */
export function decimal(stroops: bigint): string {
  const size = stroops < 0n ? -stroops : stroops;
  const fraction = (size % STROOPS_PER_UNIT).toString().padStart(7, '0');
  return `${stroops < 0n ? '-' : ''}${size / STROOPS_PER_UNIT}.${fraction}`;
}

type Amount<Name extends string, Text> = Record<Name | `${Name}_stroops`, Text>;

/** Two fields: `name` in units of the asset, `name_stroops` in stroops; both are null if the amount is. */
export function amount<Name extends string>(name: Name, stroops: bigint | null): Amount<Name, string | null> {
  const units = stroops === null ? null : decimal(stroops);
  return { [name]: units, [`${name}_stroops`]: stroops?.toString() ?? null } as Amount<Name, string | null>;
}

/** As `amount`, of an amount that is always known. */
export function knownAmount<Name extends string>(name: Name, stroops: bigint): Amount<Name, string> {
  return amount(name, stroops) as Amount<Name, string>;
}

/** A quotient with its exact parts. */
export function renderRatio(ratio: ExactRatio): Ratio {
  const { numerator, denominator } = ratio;
  return { value: toNumber(ratio), numerator: numerator.toString(), denominator: denominator.toString() };
}

/** `part` of `sample`, with its Wilson 95 % interval. */
export function renderRate(part: number, sample: number): Rate {
  return { rate: sample === 0 ? null : part / sample, sample, ...wilsonInterval(part, sample) };
}

/** An age in whole seconds, never below 0. */
export function wholeSeconds(ms: number | null): number | null {
  return ms === null ? null : Math.max(0, Math.round(ms / 1000));
}

/** ISO 8601 in UTC with milliseconds, from unix milliseconds. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
