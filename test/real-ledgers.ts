import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type { LedgerSequence } from '@stellar-insights/ledger';
import type { RawLedger } from '@stellar-insights/ledger/sources';
import {
  FIXTURES_FOLDER,
  FIXTURES_MANIFEST,
  fixtureFile,
  REAL_LEDGERS,
} from '../scripts/fixtures/real-ledgers.ts';

const repository = resolve(import.meta.dirname, '..');
const folders = process.env['LEDGER_FIXTURES']
  ? [resolve(repository, process.env['LEDGER_FIXTURES'])]
  : [resolve(repository, '../shared/ledgers'), FIXTURES_FOLDER];
const lakes = folders.filter((folder) => existsSync(join(folder, '.config.json')));

/** A data lake of genuine pubnet ledgers, perhaps with the right answers in `answers/`. */
export const realLake = lakes[0] ?? FIXTURES_FOLDER;

export const realLedgersAbsent = lakes.length === 0;
/** Whether nothing says what is in the ledgers, besides their hashes. */
export const answersAbsent = !existsSync(join(realLake, 'answers/ledgers.jsonl'));
if (realLedgersAbsent) {
  console.warn(
    `SKIPPED: found no real ledgers in ${folders.join(' or ')}; run \`pnpm fixtures\`, or set LEDGER_FIXTURES to a folder that holds them`,
  );
} else if (answersAbsent) {
  console.warn(
    `SKIPPED: found no answers in ${realLake}/answers; tests that compare with them need a folder that holds them in LEDGER_FIXTURES`,
  );
}

export const PUBNET = FIXTURES_MANIFEST.networkPassphrase;

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

/** The lake holds one ledger a file, so the header of a batch is 12 bytes: first, last, count. */
export function realLedgers(): RawLedger[] {
  if (realLedgersAbsent) return [];
  return REAL_LEDGERS.map(({ sequence }) => ({
    sequence: sequence as LedgerSequence,
    bytes: zstdDecompressSync(readFileSync(join(realLake, fixtureFile(sequence)))).subarray(12),
    origin: fixtureFile(sequence),
  }));
}
