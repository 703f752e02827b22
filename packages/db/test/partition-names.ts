import type { Database } from '../src/index.ts';
import type { NewEvent } from '../src/log/index.ts';
import { partitionsOf, type Partition } from '../src/partitions/bounds.ts';
import { FACT_TABLES } from '../src/partitions/fact-partitions.ts';

/* What tests of partitions share. */

export function named(...firsts: number[]): string[] {
  return FACT_TABLES.flatMap((table) => firsts.map((first) => `${table}_${first}`));
}

/** Those that queries see. */
export async function factPartitions(db: Database): Promise<string[]> {
  const partitions = await Promise.all(FACT_TABLES.map((table) => db.run((tx) => partitionsOf(tx, table))));
  return partitions.flat().flatMap(({ name, detaching }) => (detaching ? [] : [name]));
}

export function logPartitions(db: Database): Promise<Partition[]> {
  return db.run((executor) => partitionsOf(executor, 'event_log'));
}

export function numberedEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, number) => ({
    event: 'payment.created',
    channels: ['payments'],
    data: { number },
  }));
}

/** Moves the time of the last ledger stored, which ages are counted from. */
export async function setCursor(db: Database, closedAt: number): Promise<void> {
  await db.run(
    ({ sql }) => sql`
      insert into ledger_cursor (network_passphrase, sequence, hash, closed_at)
      values ('test', 1, '', ${new Date(closedAt).toISOString()})
      on conflict (only_row) do update set closed_at = excluded.closed_at`,
  );
}
