import { anchorParameters } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { hasAnchor } from '@stellar-insights/db/anchors';
import { z } from 'zod';
import { anchorNotFound } from './anchor-problems.ts';

/* Parts of page cursors. */

export const anchorIdPart = anchorParameters.shape.anchor_id;
export const timePart = z.iso.datetime({ precision: 3 }).refine((time) => time >= '1970');

/** @throws ProblemError 404 */
export async function requireAnchor(tx: Transaction, id: string): Promise<void> {
  if (!(await hasAnchor(tx, id))) throw anchorNotFound();
}
