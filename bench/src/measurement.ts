/** One figure of a benchmark. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The most that it may be. */
  readonly limit?: number;
  /** The least that it may be. */
  readonly least?: number;
  readonly note?: string;
}

/** What `parseArgs` takes in each benchmark. */
export const reportOptions = {
  json: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
} as const;

/**
 * Prints the figures, as a table or as JSON, and the limits that are missed. Returns the exit code.
 *
 * @param document what is printed as JSON; default: the figures
 */
export function report(
  measurements: readonly Measurement[],
  { json, check }: { readonly json: boolean; readonly check: boolean },
  document: unknown = measurements,
): number {
  console.log(json ? JSON.stringify(document, null, 2) : measurementTable(measurements));
  const missed = measurements.filter(isMissed).map(({ what }) => what);
  if (missed.length > 0) console.error(`missed: ${missed.join('; ')}`);
  return check && missed.length > 0 ? 1 : 0;
}

function isMissed({ value, limit = Infinity, least = -Infinity }: Measurement): boolean {
  return value > limit || value < least;
}

/** A Markdown table. */
function measurementTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map(({ what, value, unit, limit, least, note = '' }) => [
    what,
    `${shown(value)} ${unit}`,
    [
      limit === undefined ? '' : `≤ ${shown(limit)} ${unit}`,
      least === undefined ? '' : `≥ ${shown(least)} ${unit}`,
    ].join(''),
    note,
  ]);
  const lines = [['', 'measured', 'limit', ''], ['-', '-:', '-:', '-'], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2);
}

/** Milliseconds of the first call, and the median of those after it. */
export async function timed(
  work: () => Promise<unknown>,
  times = 15,
): Promise<{ firstMs: number; medianMs: number }> {
  const all: number[] = [];
  for (let call = 0; call <= times; call++) {
    const start = performance.now();
    await work();
    all.push(performance.now() - start);
  }
  const [firstMs = Number.NaN, ...others] = all;
  return { firstMs, medianMs: median(others) };
}

/** NaN of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
