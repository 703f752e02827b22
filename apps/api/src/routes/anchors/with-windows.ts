import type { AnchorList } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { readAnchorWindows } from '@stellar-insights/db/anchors';
import { renderAnchorWindows } from '@stellar-insights/wire';

interface WindowedReading<Answer> {
  readonly answer: Answer & Pick<AnchorList, 'windows'>;
  readonly ledgers: { readonly from: number; readonly to: number } | undefined;
}

/** An answer about anchors, with the windows of their counts and the ledgers that these count. */
export async function withWindows<Answer extends object>(
  tx: Transaction,
  answer: Answer,
): Promise<WindowedReading<Answer>> {
  const windows = await readAnchorWindows(tx);
  const ledgers = windows ? { from: windows['7d'].fromLedger, to: windows['7d'].toLedger } : undefined;
  return { answer: { ...answer, windows: renderAnchorWindows(windows) }, ledgers };
}
