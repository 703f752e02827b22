export const MAX_LEDGER_SEQUENCE = 0xffff_ffff;

/** @throws RangeError if `from` and `to` are no ledger numbers in order */
export function requireRange({ from, to }: { from: number; to?: number }): void {
  const isSequence = (value: number) => Number.isInteger(value) && value >= 1 && value <= MAX_LEDGER_SEQUENCE;
  if (isSequence(from) && (to === undefined || (isSequence(to) && to >= from))) return;
  throw new RangeError(
    `ledgers from ${from} to ${to ?? 'the tip'}: expected whole numbers from 1 to ${MAX_LEDGER_SEQUENCE}, in order`,
  );
}
