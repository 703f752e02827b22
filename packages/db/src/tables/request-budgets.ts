import { pgTable, text, timestamp } from './drizzle.ts';

/** How much of a budget of requests has been used, by the name of what is asked. */
export const requestBudgets = pgTable('request_budgets', {
  name: text('name').primaryKey(),
  /** When the whole budget is there again if nobody takes more of it, by the database's clock. */
  fullAt: timestamp('full_at', { withTimezone: true, mode: 'date' }).notNull(),
});
