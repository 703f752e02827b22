const STROOPS_PER_UNIT = 10_000_000n;

/** Stroops as a decimal of the asset's unit, exact. */
export function decimal(stroops: bigint): string {
  const size = stroops < 0n ? -stroops : stroops;
  const fraction = (size % STROOPS_PER_UNIT).toString().padStart(7, '0');
  return `${stroops < 0n ? '-' : ''}${size / STROOPS_PER_UNIT}.${fraction}`;
}
