import { anchorParameters } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { hasAnchor } from '@stellar-insights/db/anchors';
import { anchorNotFound } from './anchor-problems.ts';

/** An anchor in a page cursor. */
export const anchorIdPart = anchorParameters.shape.anchor_id;

/** @throws ProblemError 404 */
export async function requireAnchor(tx: Transaction, id: string): Promise<void> {
  if (!(await hasAnchor(tx, id))) throw anchorNotFound();
}
