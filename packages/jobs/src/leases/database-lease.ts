import { releaseLease, renewLease, takeLease, type Database } from '@stellar-insights/db';
import type { Lease } from './lease.ts';

/** By the database's clock; the holder looks after it four times in this time. */
const SECONDS = 4;

/** The lease of a task as a row of the database. The holder's name is one that no other process has. */
export function databaseLease(db: Database, { name, holder }: { name: string; holder: string }): Lease {
  const lease = { name, holder, seconds: SECONDS };
  return {
    seconds: SECONDS,
    take: () => takeLease(db, lease),
    renew: () => renewLease(db, lease),
    release: () => releaseLease(db, lease),
  };
}
