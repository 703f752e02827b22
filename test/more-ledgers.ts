import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..');

/** Lakes of genuine ledgers of several networks and protocols, with `answers.jsonl`: the right answers, a row a ledger. */
const folder = resolve(repository, process.env['LEDGER_FIXTURES_MORE'] || '../shared/ledgers-more');
const ANSWERS = join(folder, 'answers.jsonl');

export const moreLedgersAbsent = !existsSync(ANSWERS);
if (moreLedgersAbsent) {
  console.warn(
    `SKIPPED: found no ledgers of other networks and protocols in ${folder}; set LEDGER_FIXTURES_MORE to a folder that holds them`,
  );
}

interface CorridorAnswer {
  readonly attempted: number;
  readonly succeeded: number;
  /** Stroops. */
  readonly delivered: string;
  /** Of the attempted ones, those from an account to itself; and the succeeded ones among them. */
  readonly self: number;
  readonly selfOk: number;
}

export interface MoreLedgersAnswer {
  /** A folder in `folder`. */
  readonly lake: string;
  readonly ledger: number;
  readonly protocol: number;
  readonly passphrase: string;
  readonly transactions: { readonly succeeded: number; readonly failed: number };
  readonly operations: number;
  /** By source and destination asset with a space between them. */
  readonly corridors: Readonly<Record<string, CorridorAnswer>>;
}

export function moreLedgers(): readonly MoreLedgersAnswer[] {
  if (moreLedgersAbsent) return [];
  return readFileSync(ANSWERS, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as MoreLedgersAnswer);
}

export function moreLedgersLake({ lake }: MoreLedgersAnswer): string {
  return join(folder, lake);
}
