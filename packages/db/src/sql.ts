import { PAYMENT_ATTEMPT_TYPES } from '@stellar-insights/ledger';
import type { Executor, Fragment } from './database.ts';
import { BLAME_LETTERS, FIXED_SIDE_LETTERS, PAYMENT_TYPE_LETTERS } from './tables/letters.ts';

/* What several statements say in the same words. */

const ATTEMPT_TYPES = PAYMENT_ATTEMPT_TYPES.map((type) => `'${PAYMENT_TYPE_LETTERS[type]}'`).join(', ');

/** Whether a row of `payments` is a payment attempt, as `isPaymentAttempt` of the ledger package. */
export function isPaymentAttempt({ sql }: Executor): Fragment {
  return sql.unsafe(`type in (${ATTEMPT_TYPES})`);
}

/** The side whose amount is fixed, of a row of `payments`. */
export function fixedSide({ sql }: Executor): Fragment {
  return sql.unsafe(wordOf('fixed_side', FIXED_SIDE_LETTERS));
}

/** Who could have prevented the failure, of a row of `payments`; null if it is none. */
export function failureBlame({ sql }: Executor): Fragment {
  return sql.unsafe(wordOf('failure_blame', BLAME_LETTERS));
}

/** The word that the letter in a column stands for. */
function wordOf(column: string, letters: Readonly<Record<string, string>>): string {
  const cases = Object.entries(letters).map(([word, letter]) => `when '${letter}' then '${word}'`);
  return `case ${column} ${cases.join(' ')} end`;
}

/** Postgres can hold NUL neither in text nor in JSON: U+FFFD takes its place. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}

/** No random uuid is less: all are after it. */
export const LOWEST_UUID = '00000000-0000-0000-0000-000000000000';

/** An array as Postgres reads it; the driver knows no array types. */
export function arrayLiteral(texts: readonly (string | null)[]): string {
  const elements = texts.map((text) => (text === null ? 'null' : `"${text.replaceAll(/["\\]/g, '\\$&')}"`));
  return `{${elements.join(',')}}`;
}

/** A time in unix milliseconds as Postgres reads it. */
export function isoTime(time: number): string;
export function isoTime(time: number | null): string | null;
export function isoTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
