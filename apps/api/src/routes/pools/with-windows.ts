import type { PoolList } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { readStoredWindows, type PoolWindows } from '@stellar-insights/db/pools';
import { renderPoolWindows } from '@stellar-insights/wire';
import { notSynced } from '../../answers/problem.ts';

interface WindowedReading<Answer> {
  readonly answer: Answer & Pick<PoolList, 'windows'>;
  readonly ledgers: { readonly from: number; readonly to: number };
}

/** An answer about pools, with the windows of their volumes and the ledgers that these count. */
export async function withWindows<Answer extends object>(
  tx: Transaction,
  answer: Answer,
  counted?: PoolWindows,
): Promise<WindowedReading<Answer>> {
  const windows = counted ?? (await readStoredWindows(tx));
  if (windows === null) throw notSynced('pools');
  const { fromLedger: from, toLedger: to } = windows;
  return { answer: { ...answer, windows: renderPoolWindows(windows) }, ledgers: { from, to } };
}
