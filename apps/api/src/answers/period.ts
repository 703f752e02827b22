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
