import type { StateSource, StateSync } from '@stellar-insights/db/state-syncs';

type Snapshot = Pick<StateSync, 'state'> | null;

/**
 * What to warn of if a snapshot was read from another source than the one before it, or covers something else: workers with
 * different settings would go on like this. Undefined if not.
 */
export function sourceChange(before: Snapshot, after: Snapshot): string | undefined {
  if (!before?.state || !after?.state) return undefined;
  const [was, is] = [textOf(before.state), textOf(after.state)];
  if (was === is) return undefined;
  const advice = 'give all workers that read the state of the network the same STELLAR_HORIZON_URL';
  return `found a reading from ${is}; it was read from ${was} before. If this comes again, ${advice}`;
}

function textOf({ source, coverage }: StateSource): string {
  return `${source} (${coverage})`;
}
