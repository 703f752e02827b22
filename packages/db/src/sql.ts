import { BUCKET_MS } from '@stellar-insights/analytics';
import { PAYMENT_ATTEMPT_TYPES } from '@stellar-insights/ledger';
import type { Executor, Fragment } from './database.ts';

/* What several statements say in the same words. */

const ATTEMPT_TYPES = PAYMENT_ATTEMPT_TYPES.map((type) => `'${type}'`).join(', ');
const BUCKET = `interval '${BUCKET_MS / 1000} seconds'`;

/** Whether a row of `payments` is a payment attempt, as `isPaymentAttempt` of the ledger package. */
export function isPaymentAttempt({ sql }: Executor): Fragment {
  return sql.unsafe(`type in (${ATTEMPT_TYPES})`);
}

/** The start of the bucket that a row of `ledgers` lies in, as `bucketStart` of the analytics package. */
export function bucketOfLedger({ sql }: Executor): Fragment {
  return sql.unsafe(`date_bin(${BUCKET}, closed_at, 'epoch')`);
}

/** Whether a row of `ledgers` lies in the bucket that begins at `start`. */
export function isInBucket({ sql }: Executor, start: Fragment): Fragment {
  return sql`closed_at >= ${start} and closed_at < ${start} + ${sql.unsafe(BUCKET)}`;
}

/** Postgres can hold NUL neither in text nor in JSON: U+FFFD takes its place. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}

/** An array as Postgres reads it; the driver knows no array types. */
export function arrayLiteral(texts: readonly (string | null)[]): string {
  const elements = texts.map((text) => (text === null ? 'null' : `"${text.replaceAll(/["\\]/g, '\\$&')}"`));
  return `{${elements.join(',')}}`;
}
