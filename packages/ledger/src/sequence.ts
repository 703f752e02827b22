import type { LedgerSequence } from './brands.ts';

/** The largest number that a ledger can have: 2^32 − 1. */
export const LAST_LEDGER = 0xffff_ffff;

/** The first and the last ledger, both included. */
export interface LedgerRange {
  readonly from: number;
  readonly to: number;
}

export function isLedgerSequence(value: unknown): value is LedgerSequence {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= LAST_LEDGER;
}

/** The ledger that a decimal text names; null unless it is a whole number from 1 to `LAST_LEDGER` without leading zeros. */
export function parseLedgerSequence(text: string): LedgerSequence | null {
  const value = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  return isLedgerSequence(value) ? value : null;
}
