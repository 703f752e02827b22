import { pgTable, text } from './drizzle.ts';
import { time } from './columns.ts';

/** Who may do a continuous task, and until when by the database's clock. */
export const leases = pgTable('leases', {
  name: text('name').primaryKey(),
  holder: text('holder').notNull(),
  until: time('until').notNull(),
});
