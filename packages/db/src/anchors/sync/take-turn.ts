import type { Transaction } from '../../transaction.ts';

/**
 * Lets the writers of a sync's tables take turns: each of them writes many rows in an order of its own, so two at the same time could
 * wait for each other. Call it before the first of these rows is written.
 */
export async function takeTurn({ sql }: Transaction): Promise<void> {
  await sql`select from anchor_progress for update`;
}
