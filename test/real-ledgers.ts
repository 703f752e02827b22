import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type { LedgerSequence } from '@stellar-insights/ledger';
import type { RawLedger } from '@stellar-insights/ledger/sources';

/** A data lake of genuine pubnet ledgers, with the right answers beside them. */
export const realLake = resolve(
  import.meta.dirname,
  '..',
  process.env['LEDGER_FIXTURES'] ?? '../shared/ledgers',
);

export const realLedgersAbsent = !existsSync(join(realLake, '.config.json'));
if (realLedgersAbsent) {
  console.warn(`SKIPPED: no real ledgers in ${realLake}; set LEDGER_FIXTURES to a folder that holds them`);
}

export const PUBNET = 'Public Global Stellar Network ; September 2015';

export interface LedgerAnswer {
  readonly ledger: number;
  readonly hash: string;
  readonly previous_hash: string;
  readonly closed_at: string;
  readonly protocol: number;
  readonly tx_successful: number;
  readonly tx_failed: number;
  readonly operations_in_successful_txs: number;
  readonly operations_in_all_txs: number;
  readonly file: string;
}

/** The rows of one of the lists of right answers. */
export function answers<Row>(name: string): Row[] {
  const text = readFileSync(join(realLake, 'answers', `${name}.jsonl`), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

interface CorridorAnswer {
  readonly delivered_decimal: string;
  readonly [column: string]: unknown;
}

interface CorridorAnswers {
  readonly ledgers: readonly number[];
  readonly corridors: readonly CorridorAnswer[];
  readonly with_53312000: Pick<CorridorAnswers, 'ledgers' | 'corridors'>;
  readonly by_ledger: Readonly<Record<string, readonly CorridorAnswer[]>>;
}

export function corridorAnswers(): CorridorAnswers {
  return JSON.parse(
    readFileSync(join(realLake, 'answers/corridors.expected.json'), 'utf8'),
  ) as CorridorAnswers;
}

/** The lake holds one ledger a file, so that the batch's head is 12 bytes: first, last, count. */
export function realLedgers(): RawLedger[] {
  if (realLedgersAbsent) return [];
  return answers<LedgerAnswer>('ledgers').map(({ ledger, file }) => ({
    sequence: ledger as LedgerSequence,
    bytes: zstdDecompressSync(readFileSync(join(realLake, file))).subarray(12),
    origin: file,
  }));
}
