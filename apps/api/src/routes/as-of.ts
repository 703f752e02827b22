import type { AsOf } from '@stellar-insights/contract';
import type { readSnapshot } from '@stellar-insights/db';
import { readGapsBetween } from '@stellar-insights/db/ledgers';
import { ProblemError } from '../problems/problem-error.ts';

type Snapshot = Parameters<Parameters<typeof readSnapshot>[1]>[0];

export async function asOfLedgers(tx: Snapshot, from: number, to: number): Promise<AsOf> {
  const gaps = await readGapsBetween(tx, from, to);
  return { from_ledger: from, to_ledger: to, gaps };
}

/** Of one ledger, which is stored. */
export function asOfLedger(sequence: number): AsOf {
  return { from_ledger: sequence, to_ledger: sequence, gaps: [] };
}

export function noLedgers(): ProblemError {
  const detail = 'no ledger is stored yet; try again once the worker has stored one';
  return new ProblemError(503, 'no_ledgers', detail, { headers: { 'Retry-After': '5' } });
}
