import {
  addPayment,
  emptyTable,
  failuresByReason,
  replayRows,
  sortedCorridors,
  type CorridorTable,
  type CorridorTally,
  type ReplayRow,
} from '@stellar-insights/analytics';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { corridorTable, renderCorridor } from '@stellar-insights/wire';

/** The counts of a range of ledgers. */
export interface Replay {
  readonly from: number;
  readonly to: number;
  readonly ledgers: number;
  readonly transactions: { readonly succeeded: number; readonly failed: number };
  /** Of all transactions, failed ones too. */
  readonly operations: number;
  readonly corridors: CorridorTable;
}

/** Counts a whole range. If reading it throws, this throws too: there is no answer for a part. */
export async function replay(
  ledgers: AsyncIterable<LedgerFacts>,
  { from, to }: { from: number; to: number },
  onLedger: (sequence: number) => void,
): Promise<Replay> {
  const transactions = { succeeded: 0, failed: 0 };
  const corridors = emptyTable();
  let count = 0;
  let operations = 0;
  for await (const facts of ledgers) {
    count++;
    for (const transaction of facts.transactions) {
      transactions[transaction.succeeded ? 'succeeded' : 'failed']++;
      operations += transaction.operationCount;
    }
    for (const payment of facts.payments) addPayment(corridors, payment);
    onLedger(facts.header.sequence);
  }
  return { from, to, ledgers: count, transactions, operations, corridors };
}

/** The shape of `replay --json`. */
export interface ReplayDocument extends Omit<Replay, 'corridors'> {
  readonly corridors: readonly ReplayRow[];
}

export function replayDocument({ corridors, ...totals }: Replay): ReplayDocument {
  return { ...totals, corridors: replayRows(corridors) };
}

/** For people: busiest corridors first; self-payments have a column of their own and do not count in the rate. */
export function replayText(result: Replay): string {
  const { from, to, ledgers, transactions, operations } = result;
  const summary = [
    `ledgers ${from} to ${to}: ${ledgers} ledgers, ${operations} operations,`,
    `${transactions.succeeded} transactions succeeded, ${transactions.failed} failed`,
  ].join(' ');
  const corridors = sortedCorridors(result.corridors).toSorted((a, b) => attempts(b) - attempts(a));
  if (corridors.length === 0) return `${summary}\n\nno payment attempts\n`;

  const rows = corridors.map((tally) => ({
    ...renderCorridor(tally, false),
    failures: failuresByReason(tally.others),
  }));
  const note =
    'rates leave out self-payments (source = destination); delivered and failures leave them out too';
  return `${summary}\n\n${corridorTable(rows, 'full').join('\n')}\n\n${note}\n`;
}

function attempts({ others, self }: CorridorTally): number {
  return others.attempts + self.attempts;
}
