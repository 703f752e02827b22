import type { ParseArgsConfig } from 'node:util';
import { LAST_LEDGER, parseLedgerSequence } from '@stellar-insights/ledger';
import { UsageError } from './errors.ts';

export const rangeOptions = {
  from: { type: 'string' },
  to: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** First and last ledger, both included. */
export interface LedgerRange {
  readonly from: number;
  readonly to: number;
}

/** @throws UsageError unless both are there and in order */
export function ledgerRange(values: { from?: string; to?: string }): LedgerRange {
  const range = { from: ledgerNumber('--from', values.from), to: ledgerNumber('--to', values.to) };
  if (range.to < range.from) throw new UsageError(`found --to ${range.to}, expected ${range.from} or more`);
  return range;
}

function ledgerNumber(option: string, text: string | undefined): number {
  const value = parseLedgerSequence(text ?? '');
  if (value !== null) return value;
  const found = text === undefined ? `no ${option}` : `${option} ${text}`;
  throw new UsageError(`found ${found}, expected ${option} with a ledger from 1 to ${LAST_LEDGER}`);
}
