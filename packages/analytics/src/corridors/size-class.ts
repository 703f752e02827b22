/** The size class of all that is less than one stroop. */
const NOTHING = -1;

/** An amount's order of magnitude: ⌊log10 of its stroops⌋, exact at every size; −1 for 0 and less. */
export function sizeClass(amount: bigint): number {
  return amount > 0n ? amount.toString().length - 1 : NOTHING;
}
