import type { Database } from '../database.ts';
import type { LeaseOptions } from './take-lease.ts';

/** Leaves it to whoever comes next; does nothing if it is no longer ours. */
export async function releaseLease(
  db: Database,
  { name, holder }: Pick<LeaseOptions, 'name' | 'holder'>,
): Promise<void> {
  await db.run(({ sql }) => sql`delete from leases where name = ${name} and holder = ${holder}`);
}
