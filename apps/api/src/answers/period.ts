/** A period as it is asked for: times in ISO 8601. */
interface Period {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The ends of a period in unix milliseconds, as far as they are given. */
export function periodMs({ from, to }: Period): { readonly from?: number; readonly to?: number } {
  return {
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(to !== undefined && { to: Date.parse(to) }),
  };
}

/**
 * As `periodMs`, of a list whose rows each hold until the next one: it begins with the row that held at `from`.
 * `rowAt` reads the row that held at a time.
 */
export async function periodOfRows(
  period: Period,
  rowAt: (at: number) => Promise<{ readonly readAt: number } | null>,
): Promise<{ readonly from?: number; readonly to?: number }> {
  const { from: at, ...end } = periodMs(period);
  if (at === undefined) return end;
  const row = await rowAt(at);
  return { from: row?.readAt ?? at, ...end };
}
