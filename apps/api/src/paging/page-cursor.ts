import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { ProblemError } from '../problems/problem-error.ts';

/**
 * A place in a list, to go on from. It is bound to what was asked: with other parameters it would leave rows out or repeat
 * them. Opaque to clients, so that what it holds may change.
 */
export function pageCursor(question: object, place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([fingerprint(question), ...place])).toString('base64url');
}

/** @throws ProblemError `invalid_cursor` for whatever `pageCursor` has not written for this question */
export function placeOf<Place extends z.ZodType>(
  question: object,
  cursor: string,
  place: Place,
): z.output<Place> {
  const [asked, ...rest] = parts(cursor);
  const parsed = place.safeParse(rest);
  if (asked !== fingerprint(question) || !parsed.success) throw invalidCursor();
  return parsed.data;
}

export function invalidCursor(): ProblemError {
  const detail =
    'the cursor is not one of this list; take `next_cursor` as it is and leave the other parameters alone';
  return new ProblemError(400, 'invalid_cursor', detail, { errors: [{ parameter: 'cursor', detail }] });
}

function parts(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** Of everything that was asked but how many rows and from where. */
function fingerprint(question: object): string {
  const { limit: _, cursor: __, ...rest } = question as Record<string, unknown>;
  const entries = Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url').slice(0, 8);
}
