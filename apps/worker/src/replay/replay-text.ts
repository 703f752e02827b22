import { failuresByReason, sortedCorridors, type CorridorTally } from '@stellar-insights/analytics';
import { corridorTable, renderCorridor } from '@stellar-insights/wire';
import type { Replay } from './replay.ts';

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
