import type { Database } from '../database.ts';
import type { LeaseOptions } from './take-lease.ts';

/** False if another has taken it meanwhile, or it was released: then it is lost. */
export async function renewLease(db: Database, { name, holder, seconds }: LeaseOptions): Promise<boolean> {
  const renewed = await db.run(
    ({ sql }) => sql`
      update leases set until = clock_timestamp() + make_interval(secs => ${seconds})
      where name = ${name} and holder = ${holder}`,
  );
  return renewed.count === 1;
}
