import type { Measurement } from '../measurement.ts';

/** What something costs at each size of what grows. */
export interface Series {
  readonly what: string;
  readonly unit: string;
  readonly values: readonly number[];
  /** The most that the cost at the largest size may be, in that at the smallest. */
  readonly limit: number;
}

/** One row a series: how often the first cost the last one is. */
export function growthOf(sizes: readonly number[], { what, unit, values, limit }: Series): Measurement {
  const [first = Number.NaN, last = Number.NaN] = [values[0], values.at(-1)];
  const each = values.map((value, place) => `${sizes[place]}: ${value.toPrecision(3)} ${unit}`);
  return { what, value: last / first, unit: '×', limit, note: each.join('; ') };
}

/** Turns what was measured at each size into one series a cost. */
export function seriesOf<Name extends string>(
  measured: readonly Readonly<Record<Name, number>>[],
  about: Readonly<Record<Name, Omit<Series, 'values'>>>,
): Series[] {
  return (Object.keys(about) as Name[]).map((name) => ({
    ...about[name],
    values: measured.map((costs) => costs[name]),
  }));
}
