import { createHash } from 'node:crypto';
import { logCursor } from '@stellar-insights/contract';
import type { z } from 'zod';
import { ProblemError } from './problem.ts';

/** Where the next page of a list starts. */
interface PageStart<Place> {
  readonly place: Place;
  /** `as_of.cursor` of the first page: later events are not in the list. */
  readonly asOfCursor: string;
}

/**
 * A place in a list, from which the next page starts. The cursor is bound to the question: with other parameters it would
 * leave rows out or repeat them. It is opaque to clients, so that its content may change.
 */
export function pageCursor(
  question: object,
  { place, asOfCursor }: PageStart<readonly (string | number)[]>,
): string {
  return Buffer.from(JSON.stringify([fingerprint(question), asOfCursor, ...place])).toString('base64url');
}

/** @throws ProblemError `invalid_cursor` unless `pageCursor` wrote the cursor for this question */
export function parsePageCursor<Place extends z.ZodType>(
  question: object,
  cursor: string,
  place: Place,
): PageStart<z.output<Place>> {
  const [questionFingerprint, first, ...rest] = partsOf(cursor);
  const [parsed, asOfCursor] = [place.safeParse(rest), logCursor.safeParse(first)];
  if (questionFingerprint !== fingerprint(question) || !parsed.success || !asOfCursor.success) {
    throw invalidCursor();
  }
  return { place: parsed.data, asOfCursor: asOfCursor.data };
}

export function invalidCursor(): ProblemError {
  const detail =
    'the cursor does not belong to this list; pass `next_cursor` unchanged and repeat the other parameters';
  return new ProblemError(400, 'invalid_cursor', detail, { errors: [{ parameter: 'cursor', detail }] });
}

function partsOf(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** Covers all parameters except the number of rows and the place. */
function fingerprint(question: object): string {
  const { limit: _, cursor: __, ...rest } = question as Record<string, unknown>;
  const entries = Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url').slice(0, 8);
}
