import { anchorParameters } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { hasAnchor } from '@stellar-insights/db/anchors';
import { z } from 'zod';
import { anchorNotFound } from './anchor-problems.ts';

/** The last millisecond that a date can have. */
const LAST_MOMENT = 8_640_000_000_000_000;

/* Parts of page cursors. */

export const anchorIdSchema = anchorParameters.shape.anchor_id;
/** In unix milliseconds. */
export const momentPart = z.int().min(0).max(LAST_MOMENT);

/** @throws ProblemError 404 */
export async function requireAnchor(tx: Transaction, id: string): Promise<void> {
  if (!(await hasAnchor(tx, id))) throw anchorNotFound();
}
