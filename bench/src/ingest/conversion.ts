import { migrate, type Database } from '@stellar-insights/db';
import type { Measurement } from '../measurement.ts';
import { addTransactionsAsText, createNamedBuckets } from './text-layout.ts';

const NAMED_BUCKETS = 200_000;

/** What `insights migrate` takes for rows in the old layout. */
export async function measureConversion(db: Database, url: string): Promise<Measurement[]> {
  await addTransactionsAsText(db);
  const ledgers = await conversion(url, 'converting ledgers of the old layout');
  await createNamedBuckets(db, NAMED_BUCKETS);
  return [ledgers, await conversion(url, 'converting corridor buckets of the old layout')];
}

async function conversion(url: string, what: string): Promise<Measurement> {
  const start = performance.now();
  const { converted } = await migrate(url);
  const seconds = (performance.now() - start) / 1000;
  const note = `${converted} rows in ${seconds.toFixed(1)} s`;
  return { what, value: (seconds * 1e6) / converted, unit: 's per million rows', note };
}
