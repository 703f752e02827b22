import type { Transaction } from '@stellar-insights/db';
import { AnchorDomainInvalidError, AnchorNotFoundError, hasAnchor } from '@stellar-insights/db/anchors';
import { ProblemError } from '../../answers/problem.ts';

export function anchorNotFound(): ProblemError {
  return new ProblemError(404, 'anchor_not_found', 'no anchor has this id');
}

/** @throws ProblemError `anchor_not_found` */
export async function requireAnchor(tx: Transaction, id: string): Promise<void> {
  if (!(await hasAnchor(tx, id))) throw anchorNotFound();
}

/** @throws ProblemError in place of the errors of operations on anchors */
export async function orProblem<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AnchorNotFoundError) throw anchorNotFound();
    if (error instanceof AnchorDomainInvalidError) {
      const errors = [{ parameter: 'domain', detail: error.message }];
      throw new ProblemError(400, error.code, error.message, { errors });
    }
    throw error;
  }
}
