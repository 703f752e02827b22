import { createHash } from 'node:crypto';
import { logCursor } from '@stellar-insights/contract';
import { z } from 'zod';
import { ProblemError } from './problem.ts';

/** A time in a place, as `isoTime` writes it. */
export const timePart = z.iso.datetime({ precision: 3 }).refine((time) => time >= '1970');

/** A time in a place, in unix milliseconds. */
export const unixTimePart = z.int().min(0).max(8.64e15);

/** The rank of the last row of a page. */
export const rankPart = z.int().min(1).max(10_000_000);

/** Where the next page of a list starts. */
interface PageStart<Place> {
  readonly place: Place;
  /** `as_of.cursor` of the first page: later events are not in the list. */
  readonly asOfCursor: string;
}

/**
 * A place in a list, from which the next page starts. The cursor is bound to the question: with other parameters it would
 * leave rows out or repeat them. A kept answer has cursors, so what a question is bound to is in the key of the answer too.
 * It is opaque to clients, so that its content may change.
 */
export function placeCursor(question: object, place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([fingerprint(question), ...place])).toString('base64url');
}

/**
 * `place`: what the cursor stands for, checked as a parameter would be. Text that only decodes to a cursor is none: it must
 * be the very text that `placeCursor` writes.
 *
 * @throws ProblemError `invalid_cursor` unless `placeCursor` can have written the cursor for this question
 */
export function parsePlaceCursor<Place extends z.ZodType<(string | number)[]>>(
  question: object,
  cursor: string,
  place: Place,
): z.output<Place> {
  const [, ...rest] = partsOf(cursor);
  const parsed = place.safeParse(rest);
  if (!parsed.success || placeCursor(question, parsed.data) !== cursor) throw invalidCursor(question);
  return parsed.data;
}

/** As `placeCursor`, of a list that is made from a snapshot. */
export function pageCursor(
  question: object,
  { place, asOfCursor }: PageStart<readonly (string | number)[]>,
): string {
  return placeCursor(question, [asOfCursor, ...place]);
}

/** @throws ProblemError `invalid_cursor`, as `parsePlaceCursor` */
export function parsePageCursor<Place extends z.ZodType<(string | number)[]>>(
  question: object,
  cursor: string,
  place: Place,
): PageStart<z.output<Place>> {
  const [, first, ...rest] = partsOf(cursor);
  const [parsed, asOfCursor] = [place.safeParse(rest), logCursor.safeParse(first)];
  if (!parsed.success || !asOfCursor.success) throw invalidCursor(question);
  const start = { place: parsed.data, asOfCursor: asOfCursor.data };
  if (pageCursor(question, start) !== cursor) throw invalidCursor(question);
  return start;
}

/** Names the ids of a range too: they may be meant to take the place of the cursor. */
export function invalidCursor(question: object = {}): ProblemError {
  const detail =
    'the cursor does not belong to this list; pass `next_cursor` unchanged and repeat the other parameters';
  const ids = ['after_id', 'before_id'].filter((name) => name in question);
  const beside = ids.map((parameter) => ({
    parameter,
    detail: 'expected without a cursor, or as it was when the page before was asked for',
  }));
  const errors = [{ parameter: 'cursor', detail }, ...beside];
  return new ProblemError(400, 'invalid_cursor', detail, { errors });
}

function partsOf(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** Covers all parameters except the number of rows, the place and the format. */
function fingerprint(question: object): string {
  const { limit: _, cursor: __, format: ___, ...rest } = question as Record<string, unknown>;
  const entries = Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url').slice(0, 8);
}
