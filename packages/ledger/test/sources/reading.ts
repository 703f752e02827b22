import { expect } from 'vitest';
import { LedgerError, type LedgerErrorCode } from '../../src/errors.ts';
import type { LedgerSource } from '../../src/sources/ledger-source.ts';

const never = new AbortController().signal;

/** The numbers of the ledgers a source hands out over a range. */
export async function sequences(
  source: LedgerSource,
  from: number,
  to: number,
  signal = never,
): Promise<number[]> {
  const read: number[] = [];
  for await (const { sequence } of source.ledgers({ from, to }, signal)) read.push(sequence);
  return read;
}

/** The first `count` ledgers of an open range. */
export async function follow(
  source: LedgerSource,
  from: number,
  count: number,
  signal = never,
): Promise<number[]> {
  const read: number[] = [];
  for await (const { sequence } of source.ledgers({ from }, signal)) {
    read.push(sequence);
    if (read.length === count) break;
  }
  return read;
}

/** The error of that code, as which `reading` must fail. */
export async function failure(reading: Promise<unknown>, code: LedgerErrorCode): Promise<LedgerError> {
  const error = await reading.then(
    (value) => expect.fail(`expected ${code}, but it gave ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof LedgerError)) throw error;
  expect(error.code, error.message).toBe(code);
  return error;
}
